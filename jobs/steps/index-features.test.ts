import { afterAll, describe, expect, it } from 'vitest';
import { LmdbFeatureStore } from '../../src/datasources/features/lmdb-feature-store.js';
import { userId } from '../../src/domain/ids.js';
import { DAY } from '../../src/domain/time.js';
import { pollEvent } from '../../tests/support/poll-events.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { warehouseRun } from '../../tests/support/warehouse-run.js';
import { indexFeaturesStep } from './index-features.js';

const folders = tempFolders();
const closing: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(closing.map((part) => part.close())));

const THROUGH = 2_000 * DAY;

/** A table of users, each with one vote of their own, a skip and an interest. */
const usersTable = (users: number): string => `
  SELECT CONCAT('u', CAST(n AS STRING)) AS user_id,
    [CONCAT('20:21:VOTE:agree:p', CAST(n AS STRING)), '10:12:SKIP::s:1'] AS history,
    [CONCAT('p', CAST(n AS STRING))] AS voted,
    ['15:DISMISS:d'] AS dismissals, ['own'] AS authored, ['18:3:i'] AS impressions,
    ['food'] AS interest_topics, ['en'] AS interest_languages,
    ['1:food', '3:sport'] AS affinities, ['2:ja'] AS languages, 21 AS updated_at
  FROM UNNEST(GENERATE_ARRAY(1, ${users})) AS n`;

async function run({ users, events }: { readonly users: number; readonly events: boolean }) {
  const folder = await folders.make();
  const { warehouse, context, dependencies } = await warehouseRun(folder, {
    flow: 'personalise',
    through: events ? THROUGH : null,
    tables: { user_features: usersTable(users) },
  });
  const features = await LmdbFeatureStore.open({ folder, clock: dependencies.clock });
  closing.push(warehouse, features);
  return { features, index: () => indexFeaturesStep(context, { ...dependencies, features }) };
}

describe('index-features', () => {
  it('brings every user into the store, and every field', async () => {
    const { features, index } = await run({ users: 2_500, events: true });
    expect(await index()).toEqual({ users: 2_500 });
    const known = await features.get([userId('u1'), userId('u2500')]);
    expect(known.map((user) => user?.voted)).toEqual([['p1'], ['p2500']]);
    expect(known[0]).toMatchObject({
      history: [
        { pollId: 's:1', kind: 'SKIP', optionId: null, occurredAt: 10, recordedAt: 12 },
        { pollId: 'p1', kind: 'VOTE', optionId: 'agree', occurredAt: 20, recordedAt: 21 },
      ],
      dismissals: [{ pollId: 'd', active: true, occurredAt: 15 }],
      authored: ['own'],
      impressions: [{ pollId: 'i', count: 3, lastSeenAt: 18 }],
      interests: { topics: ['food'], languages: ['en'] },
      languages: ['ja'],
    });
    expect(known[0]?.affinities.map((affinity) => affinity.topic)).toEqual(['sport', 'food']);
  });

  it('keeps what came after the watermark, however often it runs', async () => {
    const { features, index } = await run({ users: 3, events: true });
    await features.apply([pollEvent({ user: 'u1', poll: 'new', at: THROUGH + 5 })]);
    await index();
    const once = await features.get([userId('u1')]);
    await index();
    expect(await features.get([userId('u1')])).toEqual(once);
    expect(once[0]?.voted.toSorted()).toEqual(['new', 'p1']);
  });

  it('has nothing to do on an empty warehouse', async () => {
    const { index } = await run({ users: 0, events: false });
    expect(await index()).toEqual({ users: 0 });
  });
});
