import 'reflect-metadata';
import { CommanderError } from 'commander';
import { HunchError } from '../domain/errors.js';
import { hunchProgram, throwOnWrongUse } from './program.js';

/** Exit codes of every command: 0 done, 1 no use in trying again, 2 wrong use, 75 try again (sysexits' EX_TEMPFAIL). */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof HunchError && error.retryable ? 75 : 1;
}

function report(error: unknown): void {
  // Commander has said it already.
  if (error instanceof CommanderError) return;
  if (error instanceof HunchError) {
    process.stderr.write(`hunch: ${error.code}: ${error.message}\n`);
    return;
  }
  // What the system refuses, such as a folder that can't be made, names its path; no stack helps there.
  const isSystemError = error instanceof Error && 'syscall' in error;
  const text = error instanceof Error ? (isSystemError ? error.message : error.stack) : String(error);
  process.stderr.write(`hunch: ${text}\n`);
}

try {
  const args = process.argv.slice(2);
  const program = await hunchProgram(args);
  throwOnWrongUse(program);
  if (args.length === 0) program.help();
  await program.parseAsync(process.argv);
} catch (error) {
  report(error);
  process.exitCode = exitCodeOf(error);
}
