import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pollEvent } from '../../tests/support/poll-events.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import type { CatalogueStore } from '../datasources/catalogue/catalogue-store.js';
import { LmdbCatalogueStore } from '../datasources/catalogue/lmdb-catalogue-store.js';
import type { FeatureStore } from '../datasources/features/feature-store.js';
import { LmdbFeatureStore } from '../datasources/features/lmdb-feature-store.js';
import { FileLeaseStore } from '../datasources/leases/file-lease-store.js';
import { LmdbOutbox } from '../datasources/outbox/lmdb-outbox.js';
import type { OutboxRecord } from '../datasources/outbox/outbox.js';
import type { RejectedRecord } from '../datasources/outbox/rejected-records.js';
import { DuckDbWarehouse } from '../datasources/warehouse/duckdb-warehouse.js';
import { HunchError, UnavailableError } from '../domain/errors.js';
import type { PollEvent } from '../domain/event.js';
import { eventId, optionId, type PollId, pollId, userId } from '../domain/ids.js';
import type { Poll } from '../domain/poll.js';
import { DAY, HOUR, MINUTE } from '../domain/time.js';
import { EventIntake } from './event-intake.js';
import { OutboxRelay } from './outbox-relay.js';
import type { VoteInput } from './recorder.js';
import { RecordingService } from './recording-service.js';

const now = Date.UTC(2026, 0, 10);
const clock = () => now;
const ann = userId('ann');

const poll: Poll = {
  id: pollId('p1'),
  question: 'Longer opening hours?',
  options: ['agree', 'disagree', 'pass'].map((id) => ({ id: optionId(id), label: id })),
  topics: ['city'],
  language: 'en',
  authorId: userId('author'),
  createdAt: now - 10 * DAY,
  closesAt: now - HOUR,
  status: 'OPEN',
};
const open: Poll = { ...poll, id: pollId('p2'), closesAt: null };
const hidden: Poll = { ...open, id: pollId('p3'), status: 'HIDDEN' };

const vote = (changes: Partial<VoteInput> = {}): VoteInput => ({
  userId: ann,
  pollId: open.id,
  optionId: optionId('agree'),
  eventId: null,
  at: null,
  recommendationId: null,
  ...changes,
});

const folders = tempFolders();
let outbox: LmdbOutbox;
let features: LmdbFeatureStore;
let catalogue: LmdbCatalogueStore;
let warehouse: DuckDbWarehouse;
let leases: FileLeaseStore;
let errors: unknown[];
let rejected: RejectedRecord[];

beforeEach(async () => {
  const folder = await folders.make();
  outbox = await LmdbOutbox.open({ folder: `${folder}/outbox` });
  features = await LmdbFeatureStore.open({ folder: `${folder}/features`, clock });
  catalogue = await LmdbCatalogueStore.open({ folder: `${folder}/features` });
  warehouse = await DuckDbWarehouse.open({
    folder: `${folder}/warehouse`,
    runsFolder: `${folder}/runs`,
    clock,
  });
  leases = await FileLeaseStore.open({ folder: `${folder}/leases`, clock: Date.now });
  errors = [];
  rejected = [];
  await catalogue.upsert([poll, open, hidden].map((one) => ({ poll: one, recordedAt: now })));
});

afterEach(async () => {
  await outbox.close();
  await features.close();
  await catalogue.close();
  await warehouse.close();
});

/** Nothing is in the live catalogue of this instance, so that each look-up goes to the shared store. */
function recorder(store: FeatureStore = features, polls: CatalogueStore = catalogue): RecordingService {
  let ids = 0;
  return new RecordingService({
    outbox,
    intake: new EventIntake({ features: store, catalogue: polls, onError: (error) => errors.push(error) }),
    features: store,
    catalogue: polls,
    poll: (_: PollId) => null,
    refreshCatalogue: () => Promise.resolve(),
    wakeRelay: () => undefined,
    clock,
    newId: () => `made-up-${++ids}`,
  });
}

function relay(keepEvents = true, store: FeatureStore = features): OutboxRelay {
  return new OutboxRelay({
    outbox,
    intake: new EventIntake({ features: store, catalogue, onError: (error) => errors.push(error) }),
    features: store,
    catalogue,
    warehouse,
    keepEvents,
    rejected: { keep: async (record) => void rejected.push(record) },
    clock,
    leases,
    intervalMs: 60_000,
    onError: (error) => errors.push(error),
  });
}

describe('recording votes', () => {
  it('puts a vote on disk and into the features before it answers', async () => {
    expect(await recorder().recordVotes([vote()])).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    const [known] = await features.get([ann]);
    expect(known?.voted).toEqual([open.id]);
    expect(await outbox.size()).toBe(1);
  });

  it('refuses each bad vote by its place and keeps the good ones', async () => {
    const summary = await recorder().recordVotes([
      vote({ pollId: pollId('nope') }),
      vote({ optionId: optionId('maybe') }),
      vote(),
      vote({ pollId: poll.id }),
      vote({ pollId: hidden.id }),
      vote({ at: now + 6 * MINUTE }),
      vote({ at: now - 91 * DAY }),
      { rejected: { code: 'FORBIDDEN', message: 'not yours' } },
    ]);
    expect(summary.accepted).toBe(1);
    expect(summary.rejected.map(({ index, code }) => [index, code])).toEqual([
      [0, 'UNKNOWN_POLL'],
      [1, 'UNKNOWN_OPTION'],
      [3, 'POLL_CLOSED'],
      [4, 'POLL_CLOSED'],
      [5, 'IN_FUTURE'],
      [6, 'TOO_OLD'],
      [7, 'FORBIDDEN'],
    ]);
  });

  it('takes a vote that was given before the poll closed, however late it comes', async () => {
    const summary = await recorder().recordVotes([vote({ pollId: poll.id, at: now - 2 * HOUR })]);
    expect(summary.accepted).toBe(1);
  });

  it('counts the same event id once', async () => {
    const twice = vote({ eventId: eventId('e1') });
    expect(await recorder().recordVotes([twice])).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(await recorder().recordVotes([twice])).toMatchObject({ accepted: 0, duplicates: 1 });
    const entry = (await catalogue.changes(null)).entries.find((item) => item.poll.id === open.id);
    expect(entry?.liveVotes).toEqual([{ optionId: 'agree', votes: 1 }]);
  });

  it('moves the count when the vote is changed, and takes it back when retracted', async () => {
    const service = recorder();
    const counts = async () => {
      const entry = (await catalogue.changes(null)).entries.find((item) => item.poll.id === open.id);
      return new Map(
        entry?.liveVotes.filter(({ votes }) => votes !== 0).map(({ optionId: id, votes }) => [id, votes]),
      );
    };
    await service.recordVotes([vote({ at: now - 3 })]);
    await service.recordVotes([vote({ at: now - 2, optionId: optionId('disagree') })]);
    expect(await counts()).toEqual(new Map([['disagree', 1]]));
    const retraction = { ...vote({ at: now - 1 }), kind: 'RETRACT_VOTE' as const };
    await service.recordInteractions([retraction]);
    expect(await counts()).toEqual(new Map());
    expect((await features.get([ann]))[0]?.voted).toEqual([]);
  });

  it('lets a retraction hold though the vote before came from a clock that is ahead', async () => {
    const service = recorder();
    await service.recordVotes([vote({ at: now + 4 * MINUTE })]);
    await service.recordInteractions([{ ...vote(), kind: 'RETRACT_VOTE' }]);
    expect((await features.get([ann]))[0]?.voted).toEqual([]);
  });

  it('refuses to skip what the user has voted on: only RETRACT_VOTE takes a vote back', async () => {
    const service = recorder();
    await service.recordVotes([vote()]);
    const summary = await service.recordInteractions([{ ...vote(), kind: 'SKIP' }]);
    expect(summary).toMatchObject({ accepted: 0, rejected: [{ index: 0, code: 'INVALID' }] });
    expect((await features.get([ann]))[0]?.voted).toEqual([open.id]);
  });

  it('counts a vote whose first taker was killed before it counted', async () => {
    const cut = new Proxy(catalogue, {
      get: (target, name) =>
        name === 'countVotes'
          ? () => Promise.reject(new UnavailableError('away'))
          : Reflect.get(target, name, target),
    });
    const intake = new EventIntake({ features, catalogue: cut, onError: () => undefined });
    const event = { ...pollEvent({ id: 'cut', user: 'ann', poll: 'p2', at: now }) };
    expect(await intake.apply([event])).toEqual(['LATER']);
    await new EventIntake({ features, catalogue, onError: () => undefined }).applyOrFail([event]);
    const entry = (await catalogue.changes(null)).entries.find((item) => item.poll.id === open.id);
    expect(entry?.liveVotes).toEqual([{ optionId: 'agree', votes: 1 }]);
  });

  it('keeps votes while the feature store is away; the relay brings them in later', async () => {
    const away = new Proxy(features, {
      get: (target, name) =>
        name === 'apply'
          ? () => Promise.reject(new UnavailableError('away'))
          : Reflect.get(target, name, target),
    });
    expect(await recorder(away).recordVotes([vote()])).toMatchObject({ accepted: 1 });
    expect(await features.get([ann])).toEqual([null]);
    expect(errors).toHaveLength(1);
    const worker = relay();
    await worker.start();
    await worker.stop();
    expect((await features.get([ann]))[0]?.voted).toEqual([open.id]);
    expect((await warehouse.snapshot()).rows.events).toBe(1);
    expect(await outbox.size()).toBe(0);
  });
});

describe('the relay', () => {
  it('brings events, polls and changes of users into the warehouse, and delivering twice changes nothing', async () => {
    const service = recorder();
    await service.recordVotes([vote({ eventId: eventId('e1') })]);
    await service.upsertPolls([{ ...open, id: pollId('p9') }]);
    await service.setInterests(ann, { topics: ['city'], languages: [] });
    const worker = relay();
    await worker.start();
    await service.recordVotes([vote({ eventId: eventId('e1') })]);
    await worker.stop();
    expect(errors).toEqual([]);
    expect((await warehouse.snapshot()).rows).toMatchObject({ polls: 1, userChanges: 1 });
    expect((await features.get([ann]))[0]).toMatchObject({
      voted: [open.id],
      interests: { topics: ['city'] },
    });
    expect(errors).toEqual([]);
  });
});

describe('the relay beside a user whose features can not be read', () => {
  it('brings in what others did, and everything into the warehouse', async () => {
    const broken = new Proxy(features, {
      get: (target, name) =>
        name === 'apply'
          ? (events: readonly PollEvent[]) =>
              events.some((event) => event.userId === 'bob')
                ? Promise.reject(new HunchError('INVALID_DATA', 'stored in another form'))
                : target.apply(events)
          : Reflect.get(target, name, target),
    });
    await outbox.append(
      ['ann', 'bob'].map((user) => ({
        type: 'EVENT',
        event: pollEvent({ id: user, user, poll: open.id, at: now }),
      })),
    );
    const worker = relay(true, broken);
    await worker.start();
    await worker.stop();
    expect((await features.get([ann]))[0]?.voted).toEqual([open.id]);
    expect((await warehouse.snapshot()).rows.events).toBe(2);
    expect(await outbox.size()).toBe(0);
    expect(errors).toMatchObject([{ code: 'INVALID_DATA' }]);
  });
});

describe('the relay without events', () => {
  it('still brings erasures to the warehouse, in their place between events', async () => {
    const at = { userId: ann, occurredAt: now, recordedAt: now };
    const early = { ...pollEvent({ id: 'early', user: 'ann', poll: 'p2', at: now - 2 }) };
    const late = { ...pollEvent({ id: 'late', user: 'ann', poll: 'p1', at: now + 2 }) };
    await outbox.append([
      { type: 'EVENT', event: early },
      {
        type: 'USER_CHANGE',
        change: { kind: 'ERASE', changeId: eventId('erase'), userId: ann, occurredAt: now },
        recordedAt: at.recordedAt,
      },
      { type: 'EVENT', event: late },
    ]);
    const worker = relay(false);
    await worker.start();
    await worker.stop();
    expect((await warehouse.snapshot()).rows).toMatchObject({ events: 0, userChanges: 1 });
    expect((await features.get([ann]))[0]?.voted).toEqual([poll.id]);
  });
});

describe('the relay with a record that the warehouse refuses', () => {
  it('keeps it aside, and takes what comes before and after', async () => {
    const bad: OutboxRecord = { type: 'POLL', poll: { ...open, createdAt: 0.5 }, recordedAt: now };
    const vote = (user: string): OutboxRecord => ({
      type: 'EVENT',
      event: pollEvent({ user, poll: 'p2', at: now }),
    });
    await outbox.append([vote('a'), bad, vote('b')]);
    const worker = relay();
    await worker.start();
    expect(await outbox.size()).toBe(0);
    await outbox.append([vote('c')]);
    await worker.stop();
    expect(rejected).toMatchObject([{ record: bad, rejectedAt: now }]);
    expect((await warehouse.snapshot()).rows.events).toBe(3);
    expect(await outbox.size()).toBe(0);
    expect(errors).toEqual([]);
  });
});

describe('users and polls', () => {
  it('forgets a user in the features and the outbox, and keeps the tombstone', async () => {
    const service = recorder();
    await service.recordVotes([vote()]);
    expect(await service.forgetUser(ann)).toBe(now);
    expect(await features.get([ann])).toEqual([null]);
    const batch = await outbox.take(10);
    expect(batch?.records.map((record) => record.type)).toEqual(['USER_CHANGE']);
  });

  it('accepts polls while the catalogue is away, and the relay brings them in later', async () => {
    const away = new Proxy(catalogue, {
      get: (target, name) =>
        name === 'upsert'
          ? () => Promise.reject(new UnavailableError('away'))
          : Reflect.get(target, name, target),
    });
    const added = { ...open, id: pollId('added') };
    expect(await recorder(features, away).upsertPolls([added])).toMatchObject({ accepted: 1 });
    expect(await catalogue.get([added.id])).toEqual([null]);
    expect(errors).toHaveLength(1);
    const worker = relay();
    await worker.start();
    await worker.stop();
    expect(await catalogue.get([added.id])).toEqual([added]);
  });

  it('takes a forgotten user out of the polls that the user wrote, for good', async () => {
    const service = recorder();
    const own: Poll = { ...open, id: pollId('own'), authorId: ann };
    await service.upsertPolls([own]);
    await service.forgetUser(ann);
    expect((await catalogue.get([own.id]))[0]).toEqual({ ...own, authorId: null });
    // The relay brings the poll in once more, as it was recorded before.
    const worker = relay();
    await worker.start();
    await worker.stop();
    expect((await catalogue.get([own.id]))[0]?.authorId).toBeNull();
  });

  it('merges an anonymous visitor into a user', async () => {
    const service = recorder();
    await service.recordVotes([vote({ userId: userId('visitor') })]);
    const merged = await service.mergeUsers(userId('visitor'), ann);
    expect(merged?.voted).toEqual([open.id]);
    await expect(service.mergeUsers(ann, ann)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('refuses polls that can not be voted on, by their place', async () => {
    const withOptions = (...ids: readonly string[]) => ({
      ...open,
      options: ids.map((id) => ({ id: optionId(id), label: id })),
    });
    const bad: [Poll, RegExp][] = [
      [withOptions('a'), /two options or more/],
      [withOptions(...Array.from({ length: 256 }, (_, n) => `o${n}`)), /at most 255 options/],
      [withOptions('a', 'a'), /the option "a" twice/],
      [withOptions('a:b', 'c'), /"a:b"/],
      [withOptions('c', '@skip'), /"@skip"/],
      [{ ...open, id: pollId('@topic:x') }, /"@topic:x"/],
      [{ ...open, closesAt: open.createdAt - 1 }, /closing time after its creation/],
    ];
    const summary = await recorder().upsertPolls([
      ...bad.map(([poll]) => poll),
      { ...open, id: pollId('fine') },
    ]);
    expect(summary.accepted).toBe(1);
    expect(summary.rejected).toEqual(
      bad.map(([, message], index) => ({ index, code: 'INVALID', message: expect.stringMatching(message) })),
    );
    expect((await catalogue.get([pollId('fine')]))[0]?.question).toBe(open.question);
  });

  it('sets the status of a poll, and says NOT_FOUND for one that is not there', async () => {
    // Another instance, whose clock is ahead, has changed the question since.
    await catalogue.upsert([{ poll: { ...open, question: 'Edited?' }, recordedAt: now + 2_000 }]);
    const changed = await recorder().setPollStatus(open.id, 'HIDDEN');
    expect(changed).toMatchObject({ status: 'HIDDEN', question: 'Edited?' });
    expect((await catalogue.get([open.id]))[0]?.status).toBe('HIDDEN');
    await expect(recorder().setPollStatus(pollId('nope'), 'OPEN')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
