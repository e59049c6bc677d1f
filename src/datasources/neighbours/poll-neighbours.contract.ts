import { describe, expect, it } from 'vitest';
import { modelVersion, type PollId, pollId } from '../../domain/ids.js';
import type { NearPoll, PollNeighbours, VersionVectors } from './poll-neighbours.js';

export interface NeighboursSetting {
  /** Every call opens the same store, as another process would. */
  readonly open: () => Promise<PollNeighbours>;
}

const idOf = (place: number): PollId => pollId(`p${String(place).padStart(3, '0')}`);

/** Polls on a line: the n-th lies n along the first of the dimensions. */
export const line = (
  version: string,
  count: number,
  { dims = 3, isOpen = () => true }: { dims?: number; isOpen?: (place: number) => boolean } = {},
): VersionVectors => ({
  version: modelVersion(version),
  ids: Array.from({ length: count }, (_, place) => idOf(place)),
  dims,
  values: Float32Array.from({ length: count * dims }, (_, at) => (at % dims === 0 ? at / dims : 0.1)),
  open: Array.from({ length: count }, (_, place) => isOpen(place)),
});

const request = (
  changes: { version?: string; direction?: number; exclude?: PollId[]; limit?: number } = {},
) => ({
  version: modelVersion(changes.version ?? 'v1'),
  vector: Float32Array.of(changes.direction ?? 1, 0, 0),
  exclude: changes.exclude ?? [],
  limit: changes.limit ?? 3,
});

const ids = (near: readonly NearPoll[] | null) => near?.map((poll) => poll.pollId);

/** What every store of vectors keeps to. */
export function pollNeighboursContract(name: string, make: () => Promise<NeighboursSetting>): void {
  describe(`${name} as PollNeighbours`, () => {
    const filled = async (vectors: VersionVectors): Promise<PollNeighbours> => {
      const store = await (await make()).open();
      expect(await store.replace(vectors)).toBe('REPLACED');
      return store;
    };

    it('knows nothing at first, and answers', async () => {
      const store = await (await make()).open();
      await store.ping();
      expect(await store.vectorsOf([idOf(1)])).toBeNull();
      expect(await store.nearest(request())).toBeNull();
    });

    it('gives vectors back as they were, in the order asked for', async () => {
      const vectors: VersionVectors = {
        ...line('v1', 3),
        values: Float32Array.of(0.1, -1e-7, 3e8, 1 / 3, 0, -0.25, 5, 6, 7),
      };
      const store = await filled(vectors);
      expect(await store.vectorsOf([idOf(1), pollId('nobody'), idOf(0)])).toEqual({
        version: 'v1',
        vectors: [Float32Array.of(1 / 3, 0, -0.25), null, Float32Array.of(0.1, -1e-7, 3e8)],
      });
      expect(await store.vectorsOf([pollId('nobody')])).toBeNull();
      expect(await store.vectorsOf([])).toBeNull();
    });

    it('finds the best first, by inner products of either sign', async () => {
      const store = await filled(line('v1', 50));
      const up = await store.nearest(request());
      expect(ids(up)).toEqual([idOf(49), idOf(48), idOf(47)]);
      expect(up?.map((poll) => Math.round(1_000 * poll.score))).toEqual([49_000, 48_000, 47_000]);
      expect(up?.[0]?.vector).toEqual(Float32Array.of(49, 0.1, 0.1));
      const down = await store.nearest(request({ direction: -0.5 }));
      expect(ids(down)).toEqual([idOf(0), idOf(1), idOf(2)]);
      expect(down?.map((poll) => Math.round(1_000 * poll.score) + 0)).toEqual([0, -500, -1_000]);
    });

    it('leaves out what is not open and what is excluded, and is no shorter for it', async () => {
      const store = await filled(line('v1', 50, { isOpen: (place) => place < 40 }));
      const exclude = [idOf(39), idOf(37), pollId('nobody')];
      expect(ids(await store.nearest(request({ exclude })))).toEqual([idOf(38), idOf(36), idOf(35)]);
      // Votes on closed polls tell something all the same.
      expect((await store.vectorsOf([idOf(45)]))?.vectors).toHaveLength(1);
    });

    it('gives all there are where more are asked for', async () => {
      const store = await filled(line('v1', 50, { isOpen: (place) => place < 2 }));
      expect(ids(await store.nearest(request({ limit: 1_000 })))).toEqual([idOf(1), idOf(0)]);
      const exclude = [idOf(0), idOf(1)];
      expect(await store.nearest(request({ exclude }))).toEqual([]);
    });

    it('replaces all of a version by the next, for every instance', async () => {
      const setting = await make();
      const [writer, reader] = [await setting.open(), await setting.open()];
      await writer.replace(line('v1', 50));
      expect(ids(await reader.nearest(request({ limit: 1 })))).toEqual([idOf(49)]);
      await writer.replace(line('v2', 5));
      expect(await reader.nearest(request({ version: 'v1' }))).toBeNull();
      expect(ids(await reader.nearest(request({ version: 'v2', limit: 1 })))).toEqual([idOf(4)]);
      expect(await reader.vectorsOf([idOf(49)])).toBeNull();
    });

    it('takes vectors of another length, and refuses to compare the old ones', async () => {
      const store = await filled(line('v1', 10));
      expect(await store.replace(line('v2', 10, { dims: 5 }))).toBe('REPLACED');
      expect(await store.nearest(request({ version: 'v1' }))).toBeNull();
      expect((await store.vectorsOf([idOf(3)]))?.vectors[0]).toHaveLength(5);
    });

    it('keeps a later version when an older one comes late, and takes the same again', async () => {
      const store = await filled(line('v2', 10));
      expect(await store.replace(line('v1', 50))).toBe('OLDER');
      expect(ids(await store.nearest(request({ version: 'v2', limit: 1 })))).toEqual([idOf(9)]);
      expect(await store.replace(line('v2', 8))).toBe('REPLACED');
      expect(ids(await store.nearest(request({ version: 'v2', limit: 1 })))).toEqual([idOf(7)]);
    });

    it('takes ids of any script and length, and many of them', async () => {
      const long = pollId('選'.repeat(256));
      const store = await filled({ ...line('v1', 2), ids: [long, pollId('a/b "c"')] });
      expect(ids(await store.nearest(request()))).toEqual(['a/b "c"', long]);
      expect(ids(await store.nearest(request({ exclude: [pollId('a/b "c"')] })))).toEqual([long]);
      const many = Array.from({ length: 5_000 }, (_, place) => pollId(`other${place}`));
      expect(ids(await store.nearest(request({ exclude: [...many, long] })))).toEqual(['a/b "c"']);
    });

    it('rejects a call that is aborted', async () => {
      const store = await filled(line('v1', 2));
      const gone = AbortSignal.abort(new Error('the caller has gone'));
      await expect(store.nearest(request(), gone)).rejects.toThrow('the caller has gone');
      await expect(store.vectorsOf([idOf(0)], gone)).rejects.toThrow('the caller has gone');
    });
  });
}
