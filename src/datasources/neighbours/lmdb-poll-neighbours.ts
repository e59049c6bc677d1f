import { join } from 'node:path';
import type { Database } from 'lmdb';
import type { ModelVersion, PollId } from '../../domain/ids.js';
import { LmdbEnvironment } from '../../platform/lmdb-environment.js';
import type {
  KnownVectors,
  NearestRequest,
  NearPoll,
  PollNeighbours,
  ReplaceOutcome,
  VersionVectors,
} from './poll-neighbours.js';
import { VectorTable } from './vector-table.js';

/** As MessagePack; numbers in the byte order of the machine. */
interface StoredVectors {
  readonly version: ModelVersion;
  readonly ids: readonly PollId[];
  readonly dims: number;
  /** 1 for an open poll. */
  readonly open: Uint8Array;
  /** Of the Float32Array. */
  readonly values: Uint8Array;
}

/** The only key of both databases. */
const CURRENT = 'current';

export interface LmdbPollNeighboursOptions {
  /** The vectors are kept in its sub-folder `vectors`. */
  readonly folder: string;
}

/** The vectors as one value in LMDB, held in memory and read again once another version is in place. */
export class LmdbPollNeighbours implements PollNeighbours {
  readonly #environment: LmdbEnvironment;
  readonly #vectors: Database<StoredVectors, string>;
  /** Rises by one with each change, so that looking whether there is one costs little. */
  readonly #changes: Database<number, string>;
  #held: { readonly change: number; readonly table: VectorTable } | null = null;

  private constructor(environment: LmdbEnvironment) {
    this.#environment = environment;
    this.#vectors = environment.database('vectors');
    this.#changes = environment.database('changes');
  }

  static async open({ folder }: LmdbPollNeighboursOptions): Promise<LmdbPollNeighbours> {
    return new LmdbPollNeighbours(await LmdbEnvironment.open(join(folder, 'vectors')));
  }

  replace({ version, ids, dims, open, values }: VersionVectors): Promise<ReplaceOutcome> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return this.#environment.write((): ReplaceOutcome => {
      const present = this.#vectors.get(CURRENT)?.version ?? '';
      if (present > version) return 'OLDER';
      this.#vectors.put(CURRENT, { version, ids, dims, open: Uint8Array.from(open, Number), values: bytes });
      this.#changes.put(CURRENT, (this.#changes.get(CURRENT) ?? 0) + 1);
      return 'REPLACED';
    });
  }

  async vectorsOf(ids: readonly PollId[], signal?: AbortSignal): Promise<KnownVectors | null> {
    signal?.throwIfAborted();
    const table = this.#table();
    if (table === null) return null;
    const vectors = ids.map((id) => table.vectorOf(id));
    return vectors.every((vector) => vector === null) ? null : { version: table.version, vectors };
  }

  async nearest(request: NearestRequest, signal?: AbortSignal): Promise<readonly NearPoll[] | null> {
    signal?.throwIfAborted();
    const table = this.#table();
    return table?.version === request.version ? table.nearest(request) : null;
  }

  async ping(): Promise<void> {
    this.#environment.read(() => this.#changes.get(CURRENT));
  }

  close(): Promise<void> {
    return this.#environment.close();
  }

  #table(): VectorTable | null {
    return this.#environment.read(() => {
      const change = this.#changes.get(CURRENT);
      if (change === undefined) return null;
      if (this.#held?.change !== change) {
        const stored = this.#vectors.get(CURRENT);
        if (stored === undefined) return null;
        this.#held = { change, table: new VectorTable(decode(stored)) };
      }
      return this.#held.table;
    });
  }
}

/** A copy: what LMDB hands out is only valid for a moment, and may begin where a float can not. */
const decode = ({ version, ids, dims, open, values }: StoredVectors): VersionVectors => ({
  version,
  ids,
  dims,
  open: Array.from(open, (is) => is === 1),
  values: new Float32Array(new Uint8Array(values).buffer),
});
