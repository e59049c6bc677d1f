import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { HunchError, UnavailableError } from '../../domain/errors.js';
import type { RunId } from '../../domain/ids.js';
import { type Clock, DAY } from '../../domain/time.js';
import { AppendOrder } from './append-order.js';
import { FULL_MERGE, type MergeRule, mergeFiles, SMALL_MERGE } from './compaction.js';
import { DataFiles } from './data-files.js';
import { DuckDbDryRun } from './duckdb-dry-run.js';
import { DuckDbEngine } from './duckdb-engine.js';
import { DuckDbSession } from './duckdb-session.js';
import { HeldSnapshots } from './held-snapshots.js';
import { KnownEvents } from './known-events.js';
import { ARRIVALS_PER_MANIFEST, describeSnapshot, type Manifest } from './manifest.js';
import { KEEP_REPLACED, ManifestLog, NAME_WITHIN } from './manifest-log.js';
import { assertRun } from './run-tables.js';
import { type TableRows, tableRows } from './source-rows.js';
import { StagedRows } from './staged-rows.js';
import type {
  AppendSummary,
  SessionOptions,
  Warehouse,
  WarehouseRows,
  WarehouseSession,
  WarehouseSnapshot,
} from './warehouse.js';

export interface DuckDbWarehouseOptions {
  readonly folder: string;
  /** Result tables go to `FLOW/RUN/tables` in it. */
  readonly runsFolder: string;
  readonly clock: Clock;
}

/** For appending and merging; jobs have an engine, and a size, of their own. */
const OWN_ENGINE = { threads: 2, memoryMb: 512 };
const DEFAULT_MEMORY_MB = 1_024;

/**
 * A folder of immutable Parquet files by day of recording, read with DuckDB. What belongs to the warehouse is told by
 * numbered manifests, each the whole list of files; see ManifestLog for how several processes append at once. A process
 * that is killed leaves files that no manifest names, which `compact` deletes.
 */
export class DuckDbWarehouse implements Warehouse {
  readonly #folder: string;
  readonly #runsFolder: string;
  readonly #clock: Clock;
  readonly #log: ManifestLog;
  readonly #files: DataFiles;
  readonly #held: HeldSnapshots;
  readonly #known: KnownEvents;
  #engine: Promise<DuckDbEngine> | null = null;
  readonly #order = new AppendOrder();

  private constructor(options: DuckDbWarehouseOptions, log: ManifestLog) {
    this.#folder = options.folder;
    this.#runsFolder = options.runsFolder;
    this.#clock = options.clock;
    this.#log = log;
    this.#files = new DataFiles(options.folder);
    this.#held = new HeldSnapshots(join(options.folder, 'held'));
    this.#known = new KnownEvents(this.#files);
  }

  /** Makes the folder where there is none. */
  static async open(options: DuckDbWarehouseOptions): Promise<DuckDbWarehouse> {
    const folder = resolve(options.folder);
    await mkdir(folder, { recursive: true });
    const log = await ManifestLog.open(join(folder, 'manifests'), options.clock);
    return new DuckDbWarehouse({ ...options, folder, runsFolder: resolve(options.runsFolder) }, log);
  }

  append(rows: WarehouseRows, options: { readonly skipKnown?: boolean } = {}): Promise<AppendSummary> {
    const skipKnown = options.skipKnown === true;
    return this.#order.run(() => this.#append(rows, skipKnown), skipKnown);
  }

  async #append(rows: WarehouseRows, skipKnown: boolean): Promise<AppendSummary> {
    const startedAt = this.#clock();
    const tables = tableRows(rows);
    if (tables.length === 0) return { added: 0, known: 0 };
    for (const rows of tables) assertFitting(rows);
    const engine = await this.#ownEngine();
    let known = 0;
    const written = await engine.use(async (connection) => {
      const all = [];
      for (const { table, rows } of tables) {
        const staged = await StagedRows.of(connection, table, rows());
        if (skipKnown && table === 'events') {
          known = await this.#known.removeFrom(staged, connection, await this.#log.latest());
        }
        all.push(...(await staged.write(this.#files)));
      }
      return all;
    });
    if (written.length > 0) {
      const manifest = await this.#log.commit((_, number) => {
        if (this.#clock() - startedAt > NAME_WITHIN) {
          throw new UnavailableError('Adding to the warehouse took over half an hour. Try again.');
        }
        const arrivalBase = number * ARRIVALS_PER_MANIFEST;
        return { add: written.map((file) => ({ ...file, arrivalBase })) };
      });
      // The rows are in: a merge that fails must not make the caller add them again. `compact` tells what is wrong.
      if (manifest !== null) await this.#merge(manifest, SMALL_MERGE).catch(() => undefined);
    }
    return { added: written.reduce((sum, file) => sum + file.rows, 0), known };
  }

  async snapshot(): Promise<WarehouseSnapshot> {
    return describeSnapshot(await this.#log.latest());
  }

  async holdSnapshot(flow: string, run: RunId): Promise<WarehouseSnapshot> {
    this.#tablesFolder(flow, run);
    return describeSnapshot(await this.#held.hold(flow, run, await this.#log.latest()));
  }

  async openSnapshot(id: string): Promise<WarehouseSnapshot> {
    return describeSnapshot(await this.#find(id));
  }

  async session(options: SessionOptions): Promise<WarehouseSession> {
    const manifest = await this.#find(options.snapshot.id);
    const tablesFolder = this.#tablesFolder(options.flow, options.run);
    return this.#inEngine(options, (engine) =>
      DuckDbSession.open({ engine, files: this.#files, manifest, tablesFolder }),
    );
  }

  dryRun(options: SessionOptions): Promise<DuckDbDryRun> {
    return this.#inEngine(options, (engine) => DuckDbDryRun.open(engine));
  }

  /** Opens something on an engine of its own, which it closes; it is closed here where that fails. */
  async #inEngine<T>(options: SessionOptions, open: (engine: DuckDbEngine) => Promise<T>): Promise<T> {
    const engine = await DuckDbEngine.open({
      threads: options.threads ?? availableParallelism(),
      memoryMb: options.memoryMb ?? DEFAULT_MEMORY_MB,
      spillFolder: this.#spillFolder,
    });
    try {
      return await open(engine);
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  async compact(): Promise<void> {
    await this.#merge(await this.#log.latest(), FULL_MERGE);
    const now = this.#clock();
    await this.#log.deleteReplaced();
    const { files, retired } = await this.#log.latest();
    await this.#held.releaseOld(now);
    const held = await this.#held.paths();
    const old = retired
      .filter((file) => file.at <= now - KEEP_REPLACED && !held.has(file.path))
      .map((file) => file.path);
    if (old.length > 0) {
      await this.#log.commit((latest) => {
        const still = new Set(latest.retired.map((file) => file.path));
        return old.some((path) => still.has(path)) ? { add: [], drop: old } : null;
      });
      await this.#files.remove(old);
    }
    const named = new Set([...files, ...retired].map((file) => file.path));
    await this.#files.removeOrphans(named, now - KEEP_REPLACED);
    await this.#removeOldSpills();
  }

  async removeRun(flow: string, run: RunId): Promise<void> {
    await rm(this.#tablesFolder(flow, run), { recursive: true, force: true });
    await this.#held.release(flow, run);
  }

  async ping(): Promise<void> {
    try {
      await this.#log.latest();
    } catch (cause) {
      throw new UnavailableError(`The warehouse in ${this.#folder} can not be read.`, cause);
    }
  }

  /** Waits for what is being added. */
  async close(): Promise<void> {
    await this.#order.ended();
    const engine = await this.#engine;
    this.#engine = null;
    await engine?.close();
  }

  #merge(manifest: Manifest, rule: MergeRule): Promise<void> {
    const engine = (): Promise<DuckDbEngine> => this.#ownEngine();
    return mergeFiles(manifest, rule, { log: this.#log, files: this.#files, clock: this.#clock, engine });
  }

  async #find(id: string): Promise<Manifest> {
    return (await this.#held.find(id)) ?? (await this.#log.snapshot(id));
  }

  #ownEngine(): Promise<DuckDbEngine> {
    this.#engine ??= DuckDbEngine.open({ ...OWN_ENGINE, spillFolder: this.#spillFolder });
    return this.#engine;
  }

  get #spillFolder(): string {
    return join(this.#folder, 'spill');
  }

  #tablesFolder(flow: string, run: RunId): string {
    assertRun(flow, run);
    return join(this.#runsFolder, flow, run, 'tables');
  }

  /** What killed processes left; an engine in use for a day is not expected. */
  async #removeOldSpills(): Promise<void> {
    const names = await readdir(this.#spillFolder).catch(() => []);
    for (const name of names) {
      const path = join(this.#spillFolder, name);
      const found = await stat(path).catch(() => null);
      if (found !== null && found.mtimeMs < this.#clock() - DAY)
        await rm(path, { recursive: true, force: true });
    }
  }
}

function assertFitting({ table, count }: TableRows): void {
  if (count < ARRIVALS_PER_MANIFEST) return;
  throw new HunchError(
    'INVALID_DATA',
    `One append holds fewer than ${ARRIVALS_PER_MANIFEST} rows a table; got ${count} of ${table}. Append in batches.`,
  );
}
