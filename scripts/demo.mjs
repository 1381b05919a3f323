/* `npm run demo`: the main job against the running stack, each request and answer shown. */
import { prepare, runForeground } from './prepare.mjs';

runForeground(await prepare(), ['dist/apps/devstack/src/demo/main.js']);
