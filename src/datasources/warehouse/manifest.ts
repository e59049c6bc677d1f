import { z } from 'zod';
import { HunchError } from '../../domain/errors.js';
import type { Millis } from '../../domain/time.js';
import { SOURCE_TABLES, type SourceTable } from './source-tables.js';
import type { WarehouseSnapshot } from './warehouse.js';

const dataFile = z.object({
  table: z.enum(SOURCE_TABLES),
  /** Below the warehouse's folder, with forward slashes: `events/day=2026-11-23/NAME.parquet`. */
  path: z.string(),
  rows: z.number(),
  /** To be added to the file's column `arrival`; 0 for merged files, which hold the sum. */
  arrivalBase: z.number(),
  /** Newest `recorded_at` in the file. */
  through: z.number(),
});

const manifest = z.object({
  format: z.literal(1),
  number: z.number(),
  createdAt: z.number(),
  files: z.array(dataFile),
  /** Files replaced by merged ones, to be deleted later. */
  retired: z.array(z.object({ path: z.string(), at: z.number() })),
});

/** An immutable Parquet file of one table and one day. */
export type DataFile = Readonly<z.infer<typeof dataFile>>;

/** One state of the warehouse: exactly the files that make it up. */
export interface Manifest {
  readonly format: 1;
  readonly number: number;
  readonly createdAt: Millis;
  readonly files: readonly DataFile[];
  readonly retired: readonly { readonly path: string; readonly at: Millis }[];
}

/** The most rows that one append may hold, so that `arrival` of the next begins above it. */
export const ARRIVALS_PER_MANIFEST = 2 ** 24;

/** Rejects with INVALID_DATA, also where the document is not of that number. */
export function parseManifest(
  text: string,
  { path, number }: { readonly path: string; readonly number: number },
): Manifest {
  const parsed = manifest.extend({ number: z.literal(number) }).safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new HunchError(
    'INVALID_DATA',
    `${path} is no manifest of this version: ${z.prettifyError(parsed.error)}. Restore it from a backup.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Digits of the id of a snapshot, at least. */
export const SNAPSHOT_DIGITS = 9;

export const snapshotId = (number: number): string => String(number).padStart(SNAPSHOT_DIGITS, '0');

export function describeSnapshot({ number, files }: Manifest): WarehouseSnapshot {
  const rows = { events: 0, polls: 0, topics: 0, user_changes: 0 } satisfies Record<SourceTable, number>;
  let through: Millis | null = null;
  for (const file of files) {
    rows[file.table] += file.rows;
    if (file.table === 'events') through = Math.max(through ?? file.through, file.through);
  }
  const { user_changes: userChanges, ...others } = rows;
  return { id: snapshotId(number), through, rows: { ...others, userChanges } };
}
