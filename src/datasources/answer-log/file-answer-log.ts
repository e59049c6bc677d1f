import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoggedAnswer } from '../../domain/logged-answer.js';
import { type Clock, DAY, type Millis, SECOND } from '../../domain/time.js';
import { answerLine } from './answer-line.js';
import type { AnswerLog } from './answer-log.js';

const FLUSH_INTERVAL_MS = SECOND;
/** Answers that wait for the disk: some seconds of a busy instance, and a bounded part of its memory. */
const CAPACITY = 10_000;
/** Lines of one write, some milliseconds of work at 10 kB each. Between two of them the event loop serves requests. */
const LINES_A_WRITE = 25;
const FILE_NAME = /^(\d{4}-\d{2}-\d{2})-[0-9a-f]{12}\.ndjson$/;

export interface FileAnswerLogOptions {
  readonly folder: string;
  /** Whole UTC days that files are kept beside the present one. */
  readonly keepDays: number;
  readonly clock: Clock;
  /** Told why answers could not be written or old files not be removed. */
  readonly onError: (error: unknown) => void;
  /** How many answers may wait; 10,000 where absent. */
  readonly capacity?: number;
}

const dayOf = (time: Millis): string => new Date(time).toISOString().slice(0, 10);

/**
 * The log as NDJSON files, `2026-01-31-0123456789ab.ndjson`: one for each UTC day and process, so that no two processes write to one.
 * Written about once a second and on `close`; a killed process loses the last second, and may leave half a line at the end.
 */
export class FileAnswerLog implements AnswerLog {
  readonly #options: FileAnswerLogOptions;
  readonly #writer = randomBytes(6).toString('hex');
  #waiting: LoggedAnswer[] = [];
  #writing = 0;
  #dropped = 0;
  #closed = false;
  #broken = false;
  #sweptOn = '';
  #timer: NodeJS.Timeout | null = null;
  #last: Promise<void> = Promise.resolve();

  private constructor(options: FileAnswerLogOptions) {
    this.#options = options;
  }

  /** Makes the folder where it is missing and removes files that are too old. */
  static async open(options: FileAnswerLogOptions): Promise<FileAnswerLog> {
    await mkdir(options.folder, { recursive: true });
    const log = new FileAnswerLog(options);
    await log.#sweep();
    return log;
  }

  get dropped(): number {
    return this.#dropped;
  }

  append(answer: LoggedAnswer): void {
    const { capacity = CAPACITY } = this.#options;
    if (this.#closed || this.#waiting.length + this.#writing >= capacity) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(answer);
    // What is lost with the process is its last second: no reason to keep the process alive.
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_INTERVAL_MS).unref();
  }

  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    // One write at a time: lines of two would mix, and each would have to be bounded by itself.
    this.#last = this.#last.then(() => this.#write());
    return this.#last;
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.flush();
  }

  async #write(): Promise<void> {
    const answers = this.#waiting;
    this.#waiting = [];
    this.#writing = answers.length;
    for (let from = 0; from < answers.length; from += LINES_A_WRITE) {
      const part = answers.slice(from, from + LINES_A_WRITE);
      for (const day of new Set(part.map((answer) => dayOf(answer.answeredAt)))) {
        await this.#appendLines(
          day,
          part.filter((answer) => dayOf(answer.answeredAt) === day),
        );
      }
      this.#writing -= part.length;
    }
    if (dayOf(this.#options.clock()) !== this.#sweptOn) await this.#sweep();
  }

  async #appendLines(day: string, answers: readonly LoggedAnswer[]): Promise<void> {
    // After a write that failed half a line may stand at the end; the next one begins on a line of its own.
    const lines = (this.#broken ? '\n' : '') + answers.map(answerLine).join('');
    try {
      // Opened anew each time, so that a folder that was removed or filled up is found out at once.
      await mkdir(this.#options.folder, { recursive: true });
      await appendFile(join(this.#options.folder, `${day}-${this.#writer}.ndjson`), lines);
      this.#broken = false;
    } catch (error) {
      this.#broken = true;
      this.#dropped += answers.length;
      this.#options.onError(error);
    }
  }

  async #sweep(): Promise<void> {
    const { folder, keepDays, clock, onError } = this.#options;
    const now = clock();
    this.#sweptOn = dayOf(now);
    const oldest = dayOf(now - keepDays * DAY);
    try {
      for (const name of await readdir(folder)) {
        const day = FILE_NAME.exec(name)?.[1];
        if (day !== undefined && day < oldest) await rm(join(folder, name), { force: true });
      }
    } catch (error) {
      onError(error);
    }
  }
}
