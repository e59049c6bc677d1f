import { dirname } from 'node:path/posix';
import type { Clock } from '../../domain/time.js';
import type { DataFiles } from './data-files.js';
import type { DuckDbEngine } from './duckdb-engine.js';
import type { DataFile, Manifest } from './manifest.js';
import { type ManifestLog, NAME_WITHIN } from './manifest-log.js';

/** Which files are worth merging. */
export interface MergeRule {
  /** Files of this many rows or more stay as they are. */
  readonly smallerThan: number;
  /** A day's files are left alone while there are fewer. */
  readonly atLeast: number;
}

/** Before a job reads: few files, and no large one is written again and again. */
export const FULL_MERGE: MergeRule = { smallerThan: 1_000_000, atLeast: 2 };
/** After an append: keeps the list of files short where small batches come all day. */
export const SMALL_MERGE: MergeRule = { smallerThan: 20_000, atLeast: 48 };

/** Groups of files, each of one table and day, that the rule wants as one file. A group ends near two million rows. */
function mergeable(files: readonly DataFile[], rule: MergeRule): DataFile[][] {
  const groups: DataFile[][] = [];
  const days = new Map<string, DataFile[]>();
  for (const file of files) {
    if (file.rows >= rule.smallerThan) continue;
    const day = days.get(dirname(file.path));
    if (day === undefined) days.set(dirname(file.path), [file]);
    else day.push(file);
  }
  for (const day of days.values()) {
    let group: DataFile[] = [];
    let rows = 0;
    for (const file of day) {
      if (rows >= 2 * FULL_MERGE.smallerThan) {
        groups.push(group);
        group = [];
        rows = 0;
      }
      group.push(file);
      rows += file.rows;
    }
    groups.push(group);
  }
  return groups.filter((group) => group.length >= rule.atLeast);
}

/**
 * Writes the files of each group as one, in order of arrival, and makes it take their place. Where another process has
 * merged one of them meanwhile, its work holds and ours is thrown away; so is a merge that was stopped for too long, whose
 * new file may be deleted already.
 */
export async function mergeFiles(
  manifest: Manifest,
  rule: MergeRule,
  parts: {
    readonly log: ManifestLog;
    readonly files: DataFiles;
    readonly clock: Clock;
    readonly engine: () => Promise<DuckDbEngine>;
  },
): Promise<void> {
  for (const group of mergeable(manifest.files, rule)) {
    const [first] = group;
    if (first === undefined) continue;
    const startedAt = parts.clock();
    const engine = await parts.engine();
    const day = dirname(first.path).split('day=')[1] ?? '';
    const merged = await engine.use((connection) =>
      parts.files.write(connection, `${parts.files.query(first.table, group)} ORDER BY arrival`, {
        table: first.table,
        day,
      }),
    );
    const through = Math.max(...group.map((file) => file.through));
    const replaced = group.map((file) => file.path);
    const committed = await parts.log.commit((latest) => {
      if (parts.clock() - startedAt > NAME_WITHIN) return null;
      const present = new Set(latest.files.map((file) => file.path));
      if (!replaced.every((path) => present.has(path))) return null;
      return { add: [{ ...merged, table: first.table, through, arrivalBase: 0 }], retire: replaced };
    });
    if (committed === null) await parts.files.remove([merged.path]);
  }
}
