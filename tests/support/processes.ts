import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { PACKAGE_ROOT } from './package-root.js';

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface StartOptions {
  /** Added to PATH and HOME: a test's process inherits nothing else from the test runner. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

const running = new Set<ChildProcess>();
// The last resort when the test runner ends without its hooks: no process outlives it.
process.once('exit', () => {
  for (const child of running) child.killGroup();
});

/** A child process with its output collected line by line. */
export class ChildProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #title: string;
  readonly #watchers = new Set<() => void>();
  #stdout = '';
  #stderr = '';
  #status: ExitStatus | null = null;
  /** Resolves when the process has ended and its output is complete. */
  readonly exited: Promise<ExitStatus>;

  constructor(command: string, parameters: readonly string[], options: StartOptions = {}) {
    this.#title = [command, ...parameters].join(' ');
    // A group of its own, so that cleaning up reaches the processes that it started.
    this.#child = spawn(command, parameters, {
      cwd: options.cwd ?? PACKAGE_ROOT,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
      detached: true,
    });
    this.#child.stdin.end();
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#changed();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#changed();
    });
    this.exited = new Promise((resolve) => {
      const end = (status: ExitStatus): void => {
        this.#status ??= status;
        this.#changed();
        resolve(this.#status);
      };
      this.#child.on('error', (error) => {
        this.#stderr += `${error.message}\n`;
        end({ code: null, signal: null });
      });
      this.#child.on('close', (code, signal) => end({ code, signal }));
    });
    running.add(this);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${this.#title} did not start: ${this.#stderr}`);
    return pid;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** The first match of `pattern` in either output, past or to come. Rejects at the deadline, or when the process ends without it. */
  waitFor(pattern: RegExp, deadlineMs = 60_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const fail = (reason: string): void => {
        stop();
        reject(new Error(`${this.#title}: ${reason} before ${pattern}\n${this.#stdout}\n${this.#stderr}`));
      };
      const look = (): void => {
        const match = pattern.exec(this.#stdout) ?? pattern.exec(this.#stderr);
        if (match !== null) {
          stop();
          resolve(match);
        } else if (this.#status !== null) {
          fail(`ended with ${this.#status.code ?? this.#status.signal}`);
        }
      };
      const timer = setTimeout(() => fail(`${deadlineMs} ms passed`), deadlineMs);
      this.#watchers.add(look);
      look();
    });
  }

  /** Sends a signal to the process itself, not to those it started. */
  signal(signal: NodeJS.Signals): void {
    if (this.#status === null) this.#child.kill(signal);
  }

  /** Asks the process to end, and gives its status. After the deadline it is killed, with all that it started. */
  async stop(deadlineMs = 20_000): Promise<ExitStatus> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.killGroup(), deadlineMs);
    const status = await this.exited;
    clearTimeout(timer);
    this.killGroup();
    return status;
  }

  /** Kills the process and all that it started and that stayed in its group. */
  killGroup(): void {
    running.delete(this);
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group has ended already.
    }
  }

  #changed(): void {
    for (const look of [...this.#watchers]) look();
  }
}

export interface ChildProcesses {
  start(command: string, parameters: readonly string[], options?: StartOptions): ChildProcess;
  /** `hunch` as this checkout has built it, under the Node.js that runs the tests. */
  hunch(parameters: readonly string[], options?: StartOptions): ChildProcess;
}

/** Call it in the body of a suite: what it starts is killed, with all its children, after the suite's last test. */
export function childProcesses(): ChildProcesses {
  const started: ChildProcess[] = [];
  afterAll(async () => {
    for (const child of started) child.killGroup();
    await Promise.all(started.map((child) => child.exited));
  });
  const start: ChildProcesses['start'] = (command, parameters, options) => {
    const child = new ChildProcess(command, parameters, options);
    started.push(child);
    return child;
  };
  return {
    start,
    hunch: (parameters, options) =>
      start(process.execPath, [join(PACKAGE_ROOT, 'bin', 'hunch.js'), ...parameters], options),
  };
}
