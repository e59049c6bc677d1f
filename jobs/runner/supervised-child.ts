import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { HunchError } from '../../src/domain/errors.js';
import { type Millis, SECOND } from '../../src/domain/time.js';

/** A program and its first parameters, such as Node.js and the path of `bin/hunch.js`. */
export type Command = readonly [string, ...string[]];

export interface SupervisedChildOptions {
  /** Asks the child to stop. */
  readonly signal: AbortSignal;
  /** Told each line that the child writes to standard error. */
  readonly onLine: (line: string) => void;
  readonly onMessage?: (message: unknown) => void;
  /** How long a child may take to stop when asked to, before it is killed; 15 s where absent. */
  readonly graceMs?: Millis | undefined;
}

export interface ChildEnd {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
}

const GRACE: Millis = 15 * SECOND;

/**
 * Runs a program to its end. It shares a channel with this process, by which it learns when this process is killed. Rejects
 * with FLOW_FAILED where it can not be started.
 */
export function runSupervised(
  [program, ...first]: Command,
  parameters: readonly string[],
  options: SupervisedChildOptions,
): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...parameters], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    if (options.onMessage !== undefined) child.on('message', options.onMessage);
    if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', options.onLine);
    const stopWatching = stopOnAbort(child, options.signal, options.graceMs ?? GRACE);
    child.once('error', (cause) => {
      stopWatching();
      reject(new HunchError('FLOW_FAILED', `${program} could not be started: ${cause.message}`, { cause }));
    });
    child.once('close', (code, killedBy) => {
      stopWatching();
      resolve({ code, killedBy });
    });
  });
}

/** Asks the child to stop when the signal aborts, and kills it when it does not; the function returned ends the watch. */
function stopOnAbort(child: ChildProcess, signal: AbortSignal, graceMs: Millis): () => void {
  let timer: NodeJS.Timeout | null = null;
  const stop = (): void => {
    child.kill('SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return () => {
    signal.removeEventListener('abort', stop);
    if (timer !== null) clearTimeout(timer);
  };
}
