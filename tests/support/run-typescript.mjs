// Runs a TypeScript module as a program: node run-typescript.mjs FILE [ARGUMENTS]. Tests start processes from source by it.
import { runnerImport } from 'vite';

const [file] = process.argv.splice(2, 1);
await runnerImport(file, { configFile: false, logLevel: 'error' });
