import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../platform/durable-files.js';
import type { RejectedRecord, RejectedRecords } from './rejected-records.js';

/**
 * A file a day in a folder, `2026-11-24.ndjson`: a line a record, with `rejectedAt` (ISO 8601), `reason` and the `record` as it
 * was in the outbox. Made when the first one comes; several processes may share the folder.
 */
export class FileRejectedRecords implements RejectedRecords {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async keep({ record, reason, rejectedAt }: RejectedRecord): Promise<void> {
    const time = new Date(rejectedAt).toISOString();
    await mkdir(this.#folder, { recursive: true });
    // Appending, so that two processes do not write over one another.
    const file = await open(join(this.#folder, `${time.slice(0, 10)}.ndjson`), 'a');
    try {
      await file.writeFile(`${JSON.stringify({ rejectedAt: time, reason, record })}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncFolder(this.#folder);
  }
}
