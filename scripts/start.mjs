/* `npm start`: the whole stack on this machine, from a fresh clone. */
import { prepare, runForeground } from './prepare.mjs';

runForeground(await prepare(), ['dist/apps/devstack/src/main.js']);
