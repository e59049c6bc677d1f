import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Millis } from '../domain/time.js';
import type { RowFault } from './reject-reason.js';

export interface RejectedRow {
  /** Line of the file, or number of the Parquet row. */
  readonly line: number;
  readonly fault: RowFault;
  /** The row as it stands in the file; bytes that are not UTF-8 as one character each. */
  readonly raw: string;
}

/** Where the bad rows of one file go: NDJSON with `line`, `reason`, `message`, `raw`. Made when the first one comes. */
export class RejectsFile {
  readonly #folder: string;
  readonly #name: string;
  #handle: FileHandle | null = null;
  #path: string | null = null;

  /** `kind` and `startedAt` make the name: `20261123T184500Z-votes.ndjson`. */
  constructor(folder: string, kind: string, startedAt: Millis) {
    this.#folder = folder;
    this.#name = `${new Date(startedAt).toISOString().replace(/[-:]|\.\d+/g, '')}-${kind}`;
  }

  /** Null where there was no bad row. */
  get path(): string | null {
    return this.#path;
  }

  async write(rows: readonly RejectedRow[]): Promise<void> {
    if (rows.length === 0) return;
    const lines = rows.map(({ line, fault: { reason, message }, raw }) =>
      JSON.stringify({ line, reason, message, raw }),
    );
    this.#handle ??= await this.#create();
    await this.#handle.appendFile(`${lines.join('\n')}\n`);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }

  async #create(): Promise<FileHandle> {
    await mkdir(this.#folder, { recursive: true });
    for (let attempt = 1; ; attempt++) {
      const path = join(this.#folder, `${this.#name}${attempt === 1 ? '' : `-${attempt}`}.ndjson`);
      try {
        const handle = await open(path, 'wx');
        this.#path = path;
        return handle;
      } catch (error) {
        // Another import began in the same second.
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
    }
  }
}
