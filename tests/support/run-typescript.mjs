// Runs a TypeScript module in a process of its own: `node run-typescript.mjs FILE [PARAMETER...]`.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [file] = process.argv.splice(2, 1);
await runnerImport(file, { root, configFile: false, logLevel: 'error' });
