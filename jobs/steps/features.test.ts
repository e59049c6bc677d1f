import { describe, expect, it } from 'vitest';
import type { WarehouseRows } from '../../src/datasources/warehouse/warehouse.js';
import { HISTORY_LIMIT, IMPRESSION_LIMIT, type UserFeatures } from '../../src/domain/features.js';
import { eventId, optionId, pollId, userId } from '../../src/domain/ids.js';
import { pollEvent } from '../../tests/support/poll-events.js';
import { StepBench } from '../../tests/support/run-steps.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { cleanStep } from './clean.js';
import { extractStep } from './extract.js';
import { featuresStep } from './features.js';
import { inSession } from './training-data.js';
import { userFeaturesOf } from './user-features-row.js';

const folders = tempFolders();

const polls = (count: number, fields: { topics?: string[]; language?: string; author?: string } = {}) =>
  Array.from({ length: count }, (_, place) => ({
    poll: {
      id: pollId(`p:${place}`),
      question: '',
      options: [{ id: optionId('agree'), label: '' }],
      topics: fields.topics ?? [],
      language: fields.language ?? null,
      authorId: fields.author === undefined ? null : userId(fields.author),
      createdAt: 1,
      closesAt: null,
      status: 'OPEN' as const,
    },
    recordedAt: 1,
  }));

/** The features by user. With `stoppedAt`, the run is first stopped after a part of the work in that memory. */
async function featuresOf(
  rows: WarehouseRows,
  { memoryMb = 512, stoppedAt }: { memoryMb?: number; stoppedAt?: number } = {},
): Promise<Map<string, UserFeatures>> {
  const bench = await StepBench.open(await folders.make());
  await bench.add(rows);
  const found = new Map<string, UserFeatures>();
  const steps = { extract: extractStep, clean: cleanStep, features: featuresStep };
  if (stoppedAt !== undefined) {
    const stop = new AbortController();
    const { features, ...before } = steps;
    await bench.run(before);
    const stopped = bench.run(
      { extract: extractStep, features },
      {
        memoryMb: stoppedAt,
        signal: stop.signal,
        progress: () => stop.abort(new Error('stopped')),
      },
    );
    await expect(stopped).rejects.toThrow('stopped');
  }
  await bench.run(
    {
      ...steps,
      read: (context, dependencies) =>
        inSession(context, dependencies, async (session) => {
          for await (const batch of session.stream('SELECT * FROM user_features')) {
            for (const user of userFeaturesOf(batch)) found.set(user.userId, user);
          }
          return {};
        }),
    },
    { memoryMb },
  );
  await bench.close();
  return found;
}

describe('features', () => {
  it('tell all that is known of a user', async () => {
    const users = await featuresOf({
      polls: [
        ...polls(3, { topics: ['food', 'food', 'sport'], language: 'ja' }),
        ...polls(5, { topics: ['food'], author: 'bob' }).slice(3),
      ],
      events: [
        pollEvent({ poll: 'p:0', at: 10, recordedAt: 12 }),
        pollEvent({ poll: 'p:1', kind: 'SKIP', at: 9 }),
        pollEvent({ poll: 'p:2', at: 7 }),
        pollEvent({ poll: 'p:2', kind: 'RETRACT_VOTE', at: 8 }),
        pollEvent({ poll: 'p:3', at: 11 }),
        pollEvent({ poll: 'p:4', kind: 'DISMISS', at: 5 }),
        pollEvent({ poll: 'p:1', kind: 'DISMISS', at: 5 }),
        pollEvent({ poll: 'p:1', kind: 'UNDO_DISMISS', at: 6 }),
        pollEvent({ poll: 'p:4', kind: 'IMPRESSION', at: 3 }),
        pollEvent({ poll: 'p:4', kind: 'IMPRESSION', at: 4 }),
        pollEvent({ poll: 'p:0', kind: 'IMPRESSION', at: 13 }),
        pollEvent({ user: 'eve', poll: 'p:4', isAuthor: true, at: 14 }),
      ],
      userChanges: [
        ['old', 1],
        ['music', 2],
      ].map(([topic, at]) => ({
        change: {
          changeId: eventId(String(topic)),
          userId: userId('ada'),
          occurredAt: Number(at),
          kind: 'INTERESTS' as const,
          topics: [String(topic), 'food'],
          languages: ['en'],
        },
        recordedAt: 20,
      })),
    });
    expect(users.get('ada')).toEqual({
      userId: 'ada',
      history: [
        { pollId: 'p:2', kind: 'RETRACTED', optionId: null, occurredAt: 8, recordedAt: 8 },
        { pollId: 'p:1', kind: 'SKIP', optionId: null, occurredAt: 9, recordedAt: 9 },
        { pollId: 'p:0', kind: 'VOTE', optionId: 'agree', occurredAt: 10, recordedAt: 12 },
        { pollId: 'p:3', kind: 'VOTE', optionId: 'agree', occurredAt: 11, recordedAt: 11 },
      ],
      voted: ['p:0', 'p:3'],
      dismissals: [
        { pollId: 'p:4', active: true, occurredAt: 5 },
        { pollId: 'p:1', active: false, occurredAt: 6 },
      ],
      authored: [],
      impressions: [{ pollId: 'p:4', count: 2, lastSeenAt: 4 }],
      interests: { topics: ['music', 'food'], languages: ['en'] },
      // Of two votes and two chosen topics: food by both votes and chosen, the others once.
      affinities: [
        { topic: 'food', weight: 3 / 4 },
        { topic: 'music', weight: 1 / 4 },
        { topic: 'sport', weight: 1 / 4 },
      ],
      languages: ['ja'],
      updatedAt: 20,
    });
    expect(users.get('bob')).toMatchObject({
      authored: ['p:3', 'p:4'],
      history: [],
      voted: [],
      affinities: [],
    });
    expect(users.get('eve')).toMatchObject({ authored: ['p:4'], voted: ['p:4'], languages: [] });
    expect(users.size).toBe(3);
  });

  it('hold the newest of long histories, and every poll voted on', async () => {
    const count = Math.max(HISTORY_LIMIT, IMPRESSION_LIMIT) + 5;
    const ids = Array.from({ length: count }, (_, place) => `p:${place}`);
    const users = await featuresOf({
      polls: polls(count),
      events: [
        ...ids.map((id, place) => pollEvent({ user: 'ada', poll: id, at: 1_000 * place })),
        ...ids.map((id, place) =>
          pollEvent({ user: 'bob', poll: id, kind: 'IMPRESSION', at: 1_000 * place }),
        ),
      ],
    });
    const ada = users.get('ada');
    expect(ada?.history).toHaveLength(HISTORY_LIMIT);
    expect(ada?.history[0]?.pollId).toBe(`p:${count - HISTORY_LIMIT}`);
    expect(ada?.history.at(-1)?.pollId).toBe(`p:${count - 1}`);
    expect(ada?.voted).toHaveLength(count);
    const bob = users.get('bob');
    expect(bob?.impressions).toHaveLength(IMPRESSION_LIMIT);
    expect(bob?.impressions.at(-1)?.pollId).toBe(`p:${count - 1}`);
  });

  it('are the same in one part and in many', async () => {
    const users = 800;
    const rows: WarehouseRows = {
      polls: polls(40, { topics: ['x'], author: 'user-3' }),
      events: Array.from({ length: 40 * users }, (_, place) =>
        pollEvent({
          user: `user-${place % users}`,
          poll: `p:${Math.floor(place / users)}`,
          kind: place % 3 === 0 ? 'SKIP' : 'VOTE',
          at: 1 + place,
        }),
      ),
    };
    const whole = await featuresOf(rows);
    const parts = await featuresOf(rows, { memoryMb: 128 });
    expect(whole.size).toBe(users);
    expect(parts).toEqual(whole);
    // Parts of another number, which an earlier try has left, are none of these.
    expect(await featuresOf(rows, { memoryMb: 128, stoppedAt: 112 })).toEqual(whole);
  }, 60_000);

  it('hold the interests that merging leaves: own ones, else those of who was merged first', async () => {
    const chosen = (user: string, topic: string, at: number) => ({
      change: {
        changeId: eventId(`${user} ${topic} ${at}`),
        userId: userId(user),
        occurredAt: at,
        kind: 'INTERESTS' as const,
        topics: [topic],
        languages: [],
      },
      recordedAt: at,
    });
    const merged = (from: string, into: string, at: number) => ({
      change: {
        changeId: eventId(`${from} ${into} ${at}`),
        userId: userId(from),
        occurredAt: at,
        kind: 'MERGE' as const,
        into: userId(into),
      },
      recordedAt: at,
    });
    const users = await featuresOf({
      polls: polls(1),
      userChanges: [
        chosen('visitor', 'late', 5),
        chosen('visitor2', 'later', 6),
        chosen('member', 'own', 1),
        merged('visitor', 'member', 7),
        chosen('visitor', 'new life', 8),
        merged('visitor2', 'reader', 9),
        chosen('visitor3', 'latest', 9),
        merged('visitor3', 'reader', 10),
      ],
    });
    const topics = new Map([...users].map(([user, { interests }]) => [user, interests.topics]));
    expect(topics).toEqual(
      new Map([
        ['member', ['own']],
        ['visitor', ['new life']],
        ['reader', ['later']],
      ]),
    );
  });

  it('are none of nobody', async () => {
    expect((await featuresOf({ polls: polls(1) })).size).toBe(0);
  });
});

describe('userFeaturesOf', () => {
  it('refuses an entry that is none', () => {
    const columns: Record<string, readonly unknown[]> = {
      user_id: ['ada'],
      history: [['5:VOTE']],
      updated_at: [1],
    };
    const batch = { rowCount: 1, column: (name: string) => columns[name] ?? [null] };
    expect(() => userFeaturesOf(batch)).toThrow(expect.objectContaining({ code: 'INVALID_DATA' }));
  });
});
