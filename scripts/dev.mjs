/* `npm run dev`: like `npm start`, with the compiler watching; every build restarts the API and the worker. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { prepare, runForeground } from './prepare.mjs';

const node = await prepare();
const compiler = spawn(node, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
process.once('exit', () => compiler.kill());
runForeground(node, ['dist/apps/devstack/src/main.js'], { ...process.env, TENANTRY_WATCH: 'true' });
