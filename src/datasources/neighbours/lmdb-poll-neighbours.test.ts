import { afterAll, describe, expect, it } from 'vitest';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { modelVersion, pollId } from '../../domain/ids.js';
import { LmdbPollNeighbours } from './lmdb-poll-neighbours.js';
import { line, pollNeighboursContract } from './poll-neighbours.contract.js';

const folders = tempFolders();
const opened: LmdbPollNeighbours[] = [];
afterAll(() => Promise.all(opened.map((store) => store.close())));

async function openStore(folder: string): Promise<LmdbPollNeighbours> {
  const store = await LmdbPollNeighbours.open({ folder });
  opened.push(store);
  return store;
}

pollNeighboursContract('LmdbPollNeighbours', async () => {
  const folder = await folders.make();
  return { open: () => openStore(folder) };
});

describe('LmdbPollNeighbours', () => {
  it('has the vectors after it was closed and opened again', async () => {
    const folder = await folders.make();
    const store = await LmdbPollNeighbours.open({ folder });
    await store.replace(line('v1', 4));
    await store.close();
    const again = await openStore(folder);
    const found = await again.nearest({
      version: modelVersion('v1'),
      vector: Float32Array.of(1, 0, 0),
      exclude: [pollId('p003')],
      limit: 1,
    });
    expect(found?.map((poll) => poll.pollId)).toEqual(['p002']);
  });

  it('finds exactly what sorting all finds, on vectors without order', async () => {
    const dims = 8;
    const count = 500;
    const noise = (at: number): number =>
      Math.sin(at * 12.9898) * 43758.5453 - Math.floor(Math.sin(at * 12.9898) * 43758.5453);
    const vectors = {
      ...line('v1', count, { dims }),
      values: Float32Array.from({ length: count * dims }, (_, at) => noise(at) - 0.5),
    };
    const store = await openStore(await folders.make());
    await store.replace(vectors);
    const vector = Float32Array.from({ length: dims }, (_, at) => noise(at + 99_999) - 0.5);
    const found = await store.nearest({ version: vectors.version, vector, exclude: [], limit: 40 });
    const scores = vectors.ids.map((id, place) => ({
      pollId: id,
      score: vector.reduce((sum, value, at) => sum + value * (vectors.values[place * dims + at] ?? 0), 0),
    }));
    const best = scores.toSorted((a, b) => b.score - a.score).slice(0, 40);
    expect(found?.map(({ pollId: id, score }) => ({ pollId: id, score }))).toEqual(best);
  });
});
