// `npm run dev`: compiles on every change of a source file, and starts the service again with what came out.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
const tasks = [
  [join(typescript, 'bin', 'tsc'), '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'],
  ['--watch', '--watch-preserve-output', join('bin', 'hunch.js'), 'up', '--no-schedule'],
].map((parameters) => spawn(process.execPath, parameters, { stdio: 'inherit' }));

const stop = () => {
  for (const task of tasks) task.kill('SIGTERM');
};
process.on('SIGINT', stop).on('SIGTERM', stop);
for (const task of tasks) task.once('exit', stop);
