import type { DuckDBConnection } from '@duckdb/node-api';
import type { DataFiles } from './data-files.js';
import type { DataFile, Manifest } from './manifest.js';
import type { StagedRows } from './staged-rows.js';

/**
 * Which event ids the warehouse holds, as 128-bit hashes in a table of the engine: 16 bytes an event, read from each file
 * once, so that an import of many batches does not read all ids again for every batch.
 */
export class KnownEvents {
  readonly #files: DataFiles;
  #loaded = new Set<string>();

  constructor(files: DataFiles) {
    this.#files = files;
  }

  /** Takes the events out whose id an earlier one of them, or a file of the manifest, has; how many. */
  async removeFrom(staged: StagedRows, connection: DuckDBConnection, manifest: Manifest): Promise<number> {
    await this.#load(
      connection,
      manifest.files.filter((file) => file.table === 'events'),
    );
    const { name } = staged;
    const repeated = await connection.run(
      `DELETE FROM ${name} WHERE arrival NOT IN (SELECT min(arrival) FROM ${name} GROUP BY event_id)`,
    );
    const known = await connection.run(
      `DELETE FROM ${name} WHERE event_id IN (
         SELECT s.event_id FROM known_events k JOIN ${name} s ON k.hash = md5_number(s.event_id))`,
    );
    return repeated.rowsChanged + known.rowsChanged;
  }

  async #load(connection: DuckDBConnection, files: readonly DataFile[]): Promise<void> {
    const present = new Set(files.map((file) => file.path));
    await connection.run('CREATE TABLE IF NOT EXISTS known_events (hash UHUGEINT)');
    if ([...this.#loaded].some((path) => !present.has(path))) {
      // Files were merged: their ids would be read, and kept, a second time.
      await connection.run('DELETE FROM known_events');
      this.#loaded = new Set();
    }
    const fresh = files.filter((file) => !this.#loaded.has(file.path));
    if (fresh.length === 0) return;
    const events = this.#files.query('events', fresh);
    await connection.run(`INSERT INTO known_events SELECT md5_number(event_id) FROM (${events})`);
    for (const file of fresh) this.#loaded.add(file.path);
  }
}
