import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { LmdbCatalogueStore } from '../../src/datasources/catalogue/lmdb-catalogue-store.js';
import { DuckDbWarehouse } from '../../src/datasources/warehouse/duckdb-warehouse.js';
import { runId } from '../../src/domain/ids.js';
import type { Clock } from '../../src/domain/time.js';
import type { ImportPorts } from '../../src/intake/import-files.js';

/** Embedded warehouse and catalogue in one folder, as an import fills them. */
export interface ImportStores extends ImportPorts {
  readonly folder: string;
  /** Rows of a source table of the warehouse, in the order of `orderBy`. */
  rows(table: string, orderBy: string): Promise<Record<string, unknown>[]>;
}

export interface ImportStoresFactory {
  open(folder: string, clock: Clock): Promise<ImportStores>;
}

/** Call it in the body of a suite: what it opens is closed after the suite's last test. */
export function importStores(): ImportStoresFactory {
  const opened: { close(): Promise<void> }[] = [];
  afterAll(async () => {
    for (const store of opened) await store.close();
  });
  return {
    async open(folder, clock) {
      const warehouse = await DuckDbWarehouse.open({
        folder: join(folder, 'warehouse'),
        runsFolder: join(folder, 'runs'),
        clock,
      });
      const catalogue = await LmdbCatalogueStore.open({ folder: join(folder, 'features') });
      opened.push(warehouse, catalogue);
      return {
        folder,
        warehouse,
        catalogue,
        clock,
        async rows(table, orderBy) {
          const snapshot = await warehouse.snapshot();
          const session = await warehouse.session({ snapshot, flow: 'test', run: runId('read') });
          try {
            return await session.all(`SELECT * FROM ${table} ORDER BY ${orderBy}`);
          } finally {
            await session.close();
          }
        },
      };
    },
  };
}

const reject = z.object({ line: z.number(), reason: z.string(), message: z.string(), raw: z.string() });

/** The lines of a file of rejects. */
export async function readRejects(path: string | null): Promise<z.infer<typeof reject>[]> {
  if (path === null) return [];
  const text = await readFile(path, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => reject.parse(JSON.parse(line)));
}
