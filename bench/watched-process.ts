import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface WatchedProcessOptions {
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Kills the process, with all that it started, when it aborts. */
  readonly signal?: AbortSignal;
}

/** Of each output so much is kept, the newest. */
const KEPT_CHARACTERS = 4_000_000;

const running = new Set<WatchedProcess>();
// The last resort where this process ends without cleaning up: none of those it started outlives it.
process.once('exit', () => {
  for (const child of running) child.killGroup();
});

/** A child process whose output is collected and waited for. */
export class WatchedProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #title: string;
  readonly #watchers = new Set<() => void>();
  #stdout = '';
  #stderr = '';
  #status: ExitStatus | null = null;
  /** Resolves when the process has ended and its output is complete. */
  readonly exited: Promise<ExitStatus>;

  constructor(command: string, parameters: readonly string[], { env, cwd, signal }: WatchedProcessOptions) {
    this.#title = [command, ...parameters].join(' ');
    // A group of its own, so that cleaning up reaches the processes that it started.
    this.#child = spawn(command, parameters, {
      env,
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this);
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout = (this.#stdout + text).slice(-KEPT_CHARACTERS);
      this.#changed();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_CHARACTERS);
      this.#changed();
    });
    const onAbort = (): void => this.killGroup();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.exited = new Promise((resolve) => {
      const end = (status: ExitStatus): void => {
        this.#status ??= status;
        signal?.removeEventListener('abort', onAbort);
        this.#changed();
        resolve(this.#status);
      };
      this.#child.on('error', (error) => {
        this.#stderr += `${error.message}\n`;
        end({ code: null, signal: null });
      });
      this.#child.on('close', (code, signal) => end({ code, signal }));
    });
  }

  /** Throws where the process did not start. */
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

  /**
   * The first match of `pattern` in either output, past or to come. Rejects at the deadline, or when the process ends
   * without it, with all that it said.
   */
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

  /** What it wrote to standard output, once it has ended with 0. Rejects with all that it said where it ends otherwise. */
  async succeed(): Promise<string> {
    const { code, signal } = await this.exited;
    if (code === 0) return this.#stdout;
    throw new Error(`${this.#title}: ended with ${code ?? signal}\n${this.#stdout}\n${this.#stderr}`);
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
      // The group has ended already, or the system knows no groups.
      this.signal('SIGKILL');
    }
  }

  #changed(): void {
    for (const look of [...this.#watchers]) look();
  }
}
