import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, version } from '@duckdb/node-api';
import { HunchError } from '../../domain/errors.js';
import { GOOGLE_SQL_NAMES } from './duckdb-dialect.js';

/** The version of the engine, such as `1.5.5`. */
export const duckDbVersion = (): string => version().replace(/^v/, '');

export interface DuckDbEngineOptions {
  readonly threads: number;
  /** In MiB. */
  readonly memoryMb: number;
  /** What does not fit into memory goes to a folder of its own in this one. */
  readonly spillFolder: string;
}

/** A DuckDB in memory: it holds settings, views and what is being worked on, never data that must last. */
export class DuckDbEngine {
  readonly #instance: DuckDBInstance;
  readonly #spill: string;
  readonly #memoryMb: number;
  readonly #connections = new Set<DuckDBConnection>();
  #closed = false;

  private constructor(instance: DuckDBInstance, spill: string, memoryMb: number) {
    this.#instance = instance;
    this.#spill = spill;
    this.#memoryMb = memoryMb;
  }

  static async open({ threads, memoryMb, spillFolder }: DuckDbEngineOptions): Promise<DuckDbEngine> {
    const spill = join(spillFolder, randomBytes(6).toString('hex'));
    await mkdir(spill, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(threads),
      memory_limit: `${memoryMb}MiB`,
      temp_directory: spill,
      // Rows without ORDER BY may come in any order, which saves holding them back.
      preserve_insertion_order: 'false',
      // Parquet is built in; nothing is fetched from elsewhere.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const engine = new DuckDbEngine(instance, spill, memoryMb);
    await engine.use(async (connection) => {
      for (const sql of GOOGLE_SQL_NAMES) await connection.run(sql);
    });
    return engine;
  }

  /** Does work on a connection of its own. Rejects with FLOW_FAILED where it needs more memory than it may have. */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.connect();
    try {
      return await work(connection);
    } catch (error) {
      throw this.explain(error);
    } finally {
      this.disconnect(connection);
    }
  }

  /** For results that are read piece by piece; hand it back with `disconnect`. */
  async connect(): Promise<DuckDBConnection> {
    if (this.#closed) throw closed();
    const connection = await this.#instance.connect();
    this.#connections.add(connection);
    return connection;
  }

  disconnect(connection: DuckDBConnection): void {
    if (this.#connections.delete(connection)) connection.disconnectSync();
  }

  /** The error for the caller. */
  explain(error: unknown): unknown {
    if (this.#closed) return closed(error);
    if (!(error instanceof Error) || !error.message.startsWith('Out of Memory Error')) return error;
    return new HunchError(
      'FLOW_FAILED',
      `A statement needs more than ${this.#memoryMb} MiB. Raise STEP_MEMORY_MB. (${error.message.split('\n')[0]})`,
      { cause: error },
    );
  }

  /** Interrupts what still runs. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const connection of this.#connections) connection.interrupt();
    this.#instance.closeSync();
    await rm(this.#spill, { recursive: true, force: true });
  }
}

const closed = (cause?: unknown): HunchError =>
  new HunchError('UNAVAILABLE', 'The warehouse was closed while it was in use.', { cause, retryable: false });
