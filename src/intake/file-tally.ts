import type { Clock, Millis } from '../domain/time.js';
import type { FileSummary, ImportKind, ImportProgress } from './import-summary.js';
import { type RejectReason, RowFault } from './reject-reason.js';
import type { RejectedRow, RejectsFile } from './rejects-file.js';
import type { RowBatch, RowReader } from './row-reader.js';

export interface FileInHand {
  readonly kind: ImportKind;
  readonly file: string;
  readonly reader: RowReader;
  readonly rejects: RejectsFile;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

/** Counts what comes of the rows of one file, and keeps the bad ones aside. */
export class FileTally {
  added = 0;
  changed = 0;
  known = 0;
  readonly #file: FileInHand;
  readonly #startedAt: Millis;
  readonly #reasons = new Map<RejectReason, number>();
  #rows = 0;
  #rejected = 0;

  constructor(file: FileInHand) {
    this.#file = file;
    this.#startedAt = file.clock();
  }

  /** What `parse` makes of the good rows, a piece of the file at a time. Rejects with the signal's reason when it fires. */
  async *parsed<T extends object>(
    parse: (values: readonly unknown[]) => T | RowFault,
  ): AsyncGenerator<readonly T[]> {
    for await (const batch of this.#file.reader.batches) {
      this.checkGoingOn();
      const good: T[] = [];
      const bad: RejectedRow[] = [...batch.unreadable];
      batch.rows.forEach(({ line, values }, index) => {
        const result = parse(values);
        if (result instanceof RowFault) bad.push({ line, fault: result, raw: batch.raw(index) });
        else good.push(result);
      });
      await this.#keepAside(bad);
      this.#rows += countRows(batch);
      if (good.length > 0) yield good;
      this.#report();
    }
  }

  /** Throws the signal's reason once it has fired. */
  checkGoingOn(): void {
    this.#file.signal?.throwIfAborted();
  }

  /** Leaves the file as it is: what was read, and what was made of it up to here. */
  summary(): FileSummary {
    const { kind, file, rejects } = this.#file;
    return {
      kind,
      file,
      rows: this.#rows,
      added: this.added,
      changed: this.changed,
      known: this.known,
      rejected: this.#rejected,
      reasons: Object.fromEntries([...this.#reasons].sort(([, a], [, b]) => b - a)),
      rejectsFile: rejects.path,
      seconds: this.#seconds(),
    };
  }

  async #keepAside(bad: readonly RejectedRow[]): Promise<void> {
    for (const { fault } of bad) {
      this.#reasons.set(fault.reason, (this.#reasons.get(fault.reason) ?? 0) + 1);
    }
    this.#rejected += bad.length;
    await this.#file.rejects.write(bad.toSorted((a, b) => a.line - b.line));
  }

  #report(): void {
    const { kind, file, reader, onProgress } = this.#file;
    onProgress?.({
      kind,
      file,
      rows: this.#rows,
      rejected: this.#rejected,
      share: reader.progress(),
      seconds: this.#seconds(),
    });
  }

  #seconds(): number {
    return (this.#file.clock() - this.#startedAt) / 1_000;
  }
}

const countRows = (batch: RowBatch): number => batch.rows.length + batch.unreadable.length;
