import { fileURLToPath } from 'node:url';
import type { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  liveVote,
  readAll,
  samplePoll,
  statistics,
} from '../../../src/datasources/catalogue/catalogue-store.contract.js';
import type { CatalogueCursor, CatalogueEntry } from '../../../src/datasources/catalogue/catalogue-store.js';
import { ElasticsearchCatalogueStore } from '../../../src/datasources/catalogue/elasticsearch-catalogue-store.js';
import { ElasticsearchFeatureStore } from '../../../src/datasources/features/elasticsearch-feature-store.js';
import type { ApplyOutcome } from '../../../src/datasources/features/feature-store.js';
import { UnavailableError } from '../../../src/domain/errors.js';
import { userId } from '../../../src/domain/ids.js';
import { type BulkOperation, bulkWrite, sendBulk } from '../../../src/platform/elasticsearch/bulk.js';
import { connectElasticsearch } from '../../../src/platform/elasticsearch/connection.js';
import { ensureIndex } from '../../../src/platform/elasticsearch/indices.js';
import { reindex } from '../../../src/platform/elasticsearch/reindex.js';
import { holdWrites, LONGEST_HOLD } from '../../../src/platform/elasticsearch/write-hold.js';
import { describeWithElasticsearch, freshPrefix } from '../../support/elasticsearch.js';
import { pollEvent } from '../../support/poll-events.js';
import { childProcesses } from '../../support/processes.js';
import { tempFolders } from '../../support/temp-folder.js';

const RUNNER = fileURLToPath(new URL('../../support/run-typescript.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

const clock = Date.now;
const numbered = (count: number, letter: string): string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${index}`);

/** Does the work over and over until the other is done, at least once; gives what the other gave. */
async function meanwhile<T>(other: Promise<T>, ...works: readonly (() => Promise<void>)[]): Promise<T> {
  let isRunning = true;
  const watched = other.finally(() => {
    isRunning = false;
  });
  const repeat = async (work: () => Promise<void>): Promise<void> => {
    do await work();
    while (isRunning);
  };
  const [result] = await Promise.all([watched, ...works.map(repeat)]);
  return result;
}

/** As the outbox does: what the store could not take for a moment comes again. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
    }
  }
}

describeWithElasticsearch('a full re-index', (elasticsearch) => {
  const processes = childProcesses();
  const folders = tempFolders();
  let url = '';
  let client: Client;
  beforeAll(async () => {
    // As the servers come: what nobody makes on purpose, a late write could make.
    const { urls } = await elasticsearch.start();
    url = urls.join(' ');
    client = connectElasticsearch({ nodes: urls, auth: null, prefix: '' });
  });
  afterAll(() => client.close());

  const physicalIndices = async (alias: string) =>
    Object.keys(await client.indices.get({ index: `${alias}-*` })).toSorted();
  const isBlocked = async (alias: string) => {
    const [settings] = Object.values(await client.indices.getSettings({ index: alias }));
    return settings?.settings?.index?.blocks?.write === 'true';
  };
  const writeTo = async (index: string, ids: readonly string[], isPhysical = false) => {
    const operations = ids.map((id): BulkOperation => ({ action: 'index', id, document: { user_id: id } }));
    expect(await bulkWrite(client, operations, { index, isPhysical })).toMatchObject({ failed: 0 });
  };
  const counted = async (alias: string) => {
    await client.indices.refresh({ index: alias });
    return (await client.count({ index: alias })).count;
  };
  const openFeatures = (prefix: string, onOutdated = (_error: unknown): void => undefined) =>
    ElasticsearchFeatureStore.open({
      client,
      prefix,
      clock,
      random: Math.random,
      onError: () => undefined,
      onOutdated,
    });
  /** An index of an older release whose mapping no added field brings up to this one. */
  const plantOlder = async (ids: readonly string[], shards = 1) => {
    const index = { prefix: freshPrefix(), name: 'users' };
    const alias = `${index.prefix}-users`;
    await client.indices.create({
      index: `${alias}-old`,
      settings: { number_of_shards: shards, number_of_replicas: 0 },
      aliases: { [alias]: {} },
      mappings: { _meta: { version: 0 }, properties: { user_id: { type: 'text' } } },
    });
    await writeTo(alias, ids);
    return { ...index, alias };
  };

  it('builds an older index by the template of this release, from all of its shards', async () => {
    const { alias, ...index } = await plantOlder(numbered(3_000, 'u'), 3);
    const phases = new Set<string>();
    const documents = await reindex(client, {
      ...index,
      clock,
      onProgress: ({ phase, copied, total }) => phases.add(`${phase} ${copied} of ${total}`),
    });
    expect(documents).toBe(3_000);
    expect([...phases].at(-1)).toBe('COPY 3000 of 3000');
    const [serving, ...others] = await physicalIndices(alias);
    expect([others, serving === `${alias}-old`]).toEqual([[], false]);
    const mapping = await client.indices.getMapping({ index: alias });
    expect(mapping[serving ?? '']?.mappings).toMatchObject({
      dynamic: 'strict',
      _meta: { version: 1 },
      properties: { user_id: { type: 'keyword' } },
    });
    await writeTo(alias, ['after']);
    expect(await counted(alias)).toBe(3_001);
  });

  it('loses no vote, and has every reader find every user all the time', async () => {
    const prefix = freshPrefix();
    const [store, other] = [await openFeatures(prefix), await openFeatures(prefix)];
    const users = numbered(1_500, 'u').map((id) => userId(id));
    const voters = users.filter((_, index) => index % 100 === 0);
    await store.apply(users.map((user) => pollEvent({ user, poll: 'first', at: 1 })));
    await client.indices.refresh({ index: `${prefix}-users` });
    const outcomes: ApplyOutcome[] = [];
    let rounds = 0;
    const voteBy = (by: ElasticsearchFeatureStore) => async () => {
      rounds += 1;
      const option = `o${rounds}`;
      const votes = voters.map((user) => pollEvent({ user, option, id: `${user} votes ${option}` }));
      outcomes.push(...(await persistently(() => by.apply(votes))));
    };
    const readers = [
      async () => {
        const found = await other.get(users);
        expect(found.filter((features) => features?.voted.length)).toHaveLength(users.length);
      },
      async () => expect((await client.count({ index: `${prefix}-users` })).count).toBe(users.length),
    ];
    for (let time = 0; time < 3; time += 1) {
      const run = reindex(client, { prefix, name: 'users', clock });
      expect(await meanwhile(run, voteBy(store), voteBy(other), ...readers)).toBe(users.length);
    }
    const found = await store.get(voters);
    expect(rounds).toBeGreaterThan(6);
    for (const features of found) expect(features?.voted).toHaveLength(2);
    // Equal times: the order of arrival decides, so each vote but the last is replaced by exactly one other.
    const replaced = outcomes.map((outcome) => outcome.replaced);
    const standing = found.map((features) => features?.history.find((each) => each.pollId === 'p')?.optionId);
    const given = voters.flatMap(() => Array.from({ length: rounds }, (_, round) => `o${round + 1}`));
    expect([...replaced.filter((each) => each !== null), ...standing].toSorted()).toEqual(given.toSorted());
  });

  it('keeps polls and live votes right, also of those that are counted and deleted meanwhile', async () => {
    const prefix = freshPrefix();
    const store = await ElasticsearchCatalogueStore.open({ client, prefix });
    const polls = numbered(20, 'p');
    await store.upsert(polls.map((id) => ({ poll: samplePoll(id), recordedAt: 1 })));
    await store.countVotes(
      numbered(3_000, 'e').map((id, at) => liveVote(`p${at % 10}`, { id, at: 100 + at })),
    );
    const latest = new Map<string, CatalogueEntry>();
    let cursor: CatalogueCursor | null = null;
    const follow = async (): Promise<void> => {
      const read = await readAll(store, cursor);
      for (const entry of read.entries) latest.set(entry.poll.id, entry);
      cursor = read.cursor;
    };
    let turns = 0;
    const work = async (): Promise<void> => {
      turns += 1;
      const id = `late${turns}`;
      await persistently(() => store.countVotes([liveVote('p19', { id, at: 10_000 + turns })]));
      await persistently(() => store.upsert([{ poll: samplePoll(id), recordedAt: turns }]));
    };
    const read = async (): Promise<void> => {
      const found = await store.get(polls.map((id) => samplePoll(id).id));
      expect(found.filter((poll) => poll !== null)).toHaveLength(polls.length);
    };
    const both = Promise.all([
      reindex(client, { prefix, name: 'votes', clock }),
      reindex(client, { prefix, name: 'polls', clock }),
      persistently(() => store.putStatistics(polls.slice(0, 10).map((id) => statistics(id, 5_000)))),
    ]);
    await meanwhile(both, work, read, follow);
    await follow();

    expect(await counted(`${prefix}-votes`)).toBe(turns);
    expect(await counted(`${prefix}-polls`)).toBe(polls.length + turns);
    const { entries } = await readAll(await ElasticsearchCatalogueStore.open({ client, prefix }), null);
    expect(new Map(entries.map((entry) => [entry.poll.id, entry]))).toEqual(latest);
    const total = (id: string) => latest.get(id)?.liveVotes.reduce((sum, { votes }) => sum + votes, 0);
    expect([total('p0'), total('p19')]).toEqual([0, turns]);
  });

  it('carries over what was deleted and made again while it copied', async () => {
    const { alias, ...index } = await plantOlder(numbered(2_500, 'u'));
    let isChanged = false;
    let changing: Promise<unknown> = Promise.resolve();
    const change = async (): Promise<void> => {
      const gone: BulkOperation[] = numbered(300, 'u').map((id) => ({ action: 'delete', id }));
      const again: BulkOperation = { action: 'index', id: 'u7', document: { user_id: 'again' } };
      expect(await sendBulk(client, [...gone, again], { index: alias })).toEqual([]);
    };
    const onProgress = (): void => {
      if (!isChanged) changing = change();
      isChanged = true;
    };
    await reindex(client, { ...index, clock, onProgress });
    await changing;
    expect(await counted(alias)).toBe(2_201);
    expect((await client.get({ index: alias, id: 'u7' }))._source).toEqual({ user_id: 'again' });
    expect(await client.exists({ index: alias, id: 'u8' })).toBe(false);
  });

  it('does not take a state of the old index for one of the new, though both have its number', async () => {
    const index = { prefix: freshPrefix(), name: 'users' };
    const alias = await ensureIndex(client, index);
    await writeTo(alias, ['ada']);
    const read = await client.get({ index: alias, id: 'ada' });
    await writeTo(alias, ['ada']);
    await reindex(client, { ...index, clock });
    const now = await client.get({ index: alias, id: 'ada' });
    expect([now._seq_no, now._primary_term]).toEqual([read._seq_no, read._primary_term]);
    const version = { index: read._index, seqNo: read._seq_no ?? -1, primaryTerm: read._primary_term ?? -1 };
    const late: BulkOperation = { action: 'index', id: 'ada', document: {}, ifVersion: version };
    expect(await sendBulk(client, [late], { index: alias })).toMatchObject([{ id: 'ada', status: 409 }]);
    expect(await physicalIndices(alias)).toEqual([now._index]);
  });

  it('leaves the old index serving and taking writes where a document does not fit', async () => {
    const { alias, ...index } = await plantOlder(['u1']);
    const strange: BulkOperation = { action: 'index', id: 'u2', document: { unknown_field: 1 } };
    expect(await sendBulk(client, [strange], { index: alias })).toEqual([]);
    await expect(reindex(client, { ...index, clock })).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringMatching(/u2 first.*unknown_field/s),
    });
    expect(await physicalIndices(alias)).toEqual([`${alias}-old`]);
    await writeTo(alias, ['u3']);
    expect(await counted(alias)).toBe(3);
  });

  it('ends its hold where the last pass fails or is called off', async () => {
    const { alias, ...index } = await plantOlder(numbered(10, 'u'));
    const controller = new AbortController();
    // The clock is asked when the writes are held.
    let asked = 0;
    const stopping = (): number => {
      asked += 1;
      if (asked > 2) controller.abort(new Error('stopped by the test'));
      return clock();
    };
    const run = reindex(client, { ...index, clock: stopping, signal: controller.signal });
    await expect(run).rejects.toThrow('stopped by the test');
    expect(await physicalIndices(alias)).toEqual([`${alias}-old`]);
    expect(await isBlocked(alias)).toBe(false);
    expect(
      Object.keys((await client.indices.getAlias({ index: alias }))[`${alias}-old`]?.aliases ?? {}),
    ).toEqual([alias]);
    await writeTo(alias, ['after']);
  });

  it('ends the hold of a killed one with the next start, and leaves one that is under way', async () => {
    const { alias, ...index } = await plantOlder(['u1']);
    const since = clock();
    await holdWrites(client, { index: `${alias}-old`, alias, now: since });
    await ensureIndex(client, { ...index, clock: () => since + LONGEST_HOLD });
    expect(await isBlocked(alias)).toBe(true);
    await expect(reindex(client, { ...index, clock: () => since + 1 })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(new Date(since).toISOString()),
    });
    const later = since + 4 * LONGEST_HOLD;
    await Promise.all([1, 2, 3].map(() => ensureIndex(client, { ...index, clock: () => later })));
    expect(await isBlocked(alias)).toBe(false);
    await writeTo(alias, ['u2']);
    expect(await reindex(client, { ...index, clock })).toBe(2);
  });

  it('runs as a command, which the warnings of a store on an older index name', async () => {
    const { prefix, alias } = await plantOlder(['u1', 'u2']);
    const outdated: string[] = [];
    const store = await openFeatures(prefix, (error) => outdated.push(String(error)));
    await store.apply([pollEvent({ user: 'ada' })]);
    expect(outdated).toEqual([expect.stringContaining('`hunch reindex users`')]);
    const run = processes.start(process.execPath, [RUNNER, MAIN, 'reindex', 'users', '--json'], {
      env: { DATA_DIR: await folders.make(), FEATURES_URL: url, FEATURES_INDEX_PREFIX: prefix },
    });
    expect(JSON.parse(await run.succeed())).toMatchObject({ indices: [{ index: 'users', documents: 3 }] });
    expect(await physicalIndices(alias)).not.toContain(`${alias}-old`);
    const [ada] = await store.get([userId('ada')]);
    expect(ada?.voted).toEqual(['p']);
    await openFeatures(prefix, (error) => outdated.push(String(error)));
    expect(outdated).toHaveLength(1);
  });

  it('does not swap after its hold was taken for forgotten', async () => {
    const { alias, ...index } = await plantOlder(['u1']);
    const impatient = async (): Promise<void> => {
      await ensureIndex(client, { ...index, clock: () => clock() + 4 * LONGEST_HOLD });
      await writeTo(alias, ['u2']);
    };
    const interrupted = new Proxy(client, {
      get(target, property) {
        if (property !== 'count') return Reflect.get(target, property);
        return async (...parameters: Parameters<Client['count']>) => {
          if (await isBlocked(alias)) await impatient();
          return target.count(...parameters);
        };
      },
    });
    await expect(reindex(interrupted, { ...index, clock })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await physicalIndices(alias)).toEqual([`${alias}-old`]);
    expect(await counted(alias)).toBe(2);
  });

  it('gives the later of two the conflict, and leaves nothing of it', async () => {
    const { alias, ...index } = await plantOlder(numbered(1_000, 'u'));
    const runs = await Promise.allSettled(
      [0, 1, 2].map((ahead) => reindex(client, { ...index, clock: () => clock() + ahead })),
    );
    const won = runs.filter(({ status }) => status === 'fulfilled');
    expect(won.length).toBeLessThanOrEqual(1);
    for (const run of runs) {
      if (run.status === 'rejected') expect(run.reason).toMatchObject({ code: 'CONFLICT' });
    }
    expect(await physicalIndices(alias)).toHaveLength(1);
    expect(await isBlocked(alias)).toBe(false);
    await writeTo(alias, ['after']);
    expect(await counted(alias)).toBe(1_001);
  });
});
