import { afterAll, describe, expect, it } from 'vitest';
import { LmdbCatalogueStore } from '../../src/datasources/catalogue/lmdb-catalogue-store.js';
import { LmdbPollNeighbours } from '../../src/datasources/neighbours/lmdb-poll-neighbours.js';
import { FileRunStore } from '../../src/datasources/runs/file-run-store.js';
import { modelVersion, pollId } from '../../src/domain/ids.js';
import type { PollStatus } from '../../src/domain/poll.js';
import { samplePoll } from '../../tests/support/edge-services.js';
import { versionVectors } from '../../tests/support/poll-vectors.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { warehouseRun } from '../../tests/support/warehouse-run.js';
import type { StepContext, StepResult } from '../flows/flow.js';
import { indexVectorsStep } from './index-vectors.js';
import { leaveVectors } from './run-vectors.js';

const folders = tempFolders();
const closing: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(closing.map((part) => part.close())));

const vectors = versionVectors('any', 1, {
  open: { liking: [0.5] },
  closed: { liking: [0.9] },
  new: { liking: [0.1] },
});
const QUERY = Float32Array.from({ length: vectors.dims }, (_, at) => (at === 0 ? 1 : 0));

async function setting() {
  const folder = await folders.make();
  const run = await warehouseRun(folder, { flow: 'personalise', through: null, tables: {} });
  const runs = await FileRunStore.open({ folder: `${folder}/runs` });
  const catalogue = await LmdbCatalogueStore.open({ folder: `${folder}/features` });
  const neighbours = await LmdbPollNeighbours.open({ folder: `${folder}/features` });
  closing.push(run.warehouse, catalogue, neighbours);
  const poll = (id: string, status: PollStatus) => ({ poll: samplePoll(id, { status }), recordedAt: 1 });
  await catalogue.upsert([poll('open', 'OPEN'), poll('closed', 'CLOSED')]);
  const dependencies = { ...run.dependencies, runs, catalogue, neighbours };
  const after = (published: StepResult): StepContext => ({ ...run.context, result: async () => published });
  return {
    neighbours,
    leave: () => leaveVectors(run.context, dependencies, vectors),
    index: (published: StepResult) => indexVectorsStep(after(published), dependencies),
    found: async (version: string) =>
      (
        await neighbours.nearest({ version: modelVersion(version), vector: QUERY, exclude: [], limit: 5 })
      )?.map((near) => near.pollId),
  };
}

describe('index-vectors', () => {
  it('brings the vectors that training left into the store, closed polls as such, however often it runs', async () => {
    const { leave, index, found, neighbours } = await setting();
    await leave();
    const result = { version: 'v1', polls: 3, open: 2, dims: vectors.dims };
    expect(await index({ version: 'v1' })).toEqual(result);
    expect(await index({ version: 'v1' })).toEqual(result);
    expect(await found('v1')).toEqual(['open', 'new']);
    const known = await neighbours.vectorsOf([pollId('closed')]);
    expect(known?.vectors[0]?.[0]).toBeCloseTo(0.9, 6);
  });

  it('does nothing where the gate refused the version, or a later one is in place', async () => {
    const { leave, index, found } = await setting();
    await leave();
    expect(await index({ skipped: 'Worse than the champion.' })).toEqual({
      skipped: 'Worse than the champion.',
    });
    expect(await found('v1')).toBeUndefined();
    await index({ version: 'v2' });
    expect(await index({ version: 'v1' })).toEqual({
      skipped: 'The vectors in place are of a later version than v1.',
    });
    expect(await found('v2')).toEqual(['open', 'new']);
  });

  it('fails where training left none', async () => {
    const { index } = await setting();
    await expect(index({ version: 'v1' })).rejects.toMatchObject({ code: 'NOT_FOUND', retryable: false });
  });
});
