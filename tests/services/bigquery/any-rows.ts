import fc from 'fast-check';
import type { WarehouseRows } from '../../../src/datasources/warehouse/warehouse.js';
import { EVENT_KINDS, type PollEvent, type UserChange } from '../../../src/domain/event.js';
import { eventId, optionId, pollId, userId } from '../../../src/domain/ids.js';
import { DAY, HOUR } from '../../../src/domain/time.js';
import { pollEvent } from '../../support/poll-events.js';

const NOW = Date.UTC(2026, 0, 20);
// Few of each, so that repeats, equal times and re-votes are the rule; with what quoting and encoding may break.
const USERS = ["o'hara:", 'bób "b"', '🦆', 'back\\slash', '@minh', 'ann'];
const POLLS = ['p', "q:1'", 'ポ`ル', '%_$1'];
const OPTIONS = ['agree', 'disagree', 'pass', '¿?'];
const TOPICS = ['town', 'été', "it's"];
const LANGUAGES = ['en', 'ja', 'zh-Hant'];

const time = fc.constantFrom(0, 1, 2, HOUR, DAY, 3 * DAY, 9 * DAY).map((before) => NOW - before);

const anyEvent: fc.Arbitrary<PollEvent> = fc
  .record({
    id: fc.integer({ min: 0, max: 150 }).map((place) => `e ${place} é'`),
    kind: fc.oneof({ weight: 4, arbitrary: fc.constant('VOTE' as const) }, fc.constantFrom(...EVENT_KINDS)),
    user: fc.constantFrom(...USERS),
    poll: fc.constantFrom(...POLLS, 'unknown'),
    option: fc.constantFrom(...OPTIONS, 'unknown'),
    at: time,
    late: fc.constantFrom(0, 0, 1, -1, HOUR),
    isAuthor: fc.nat(5).map((draw) => draw === 0),
  })
  .map(({ late, ...fields }) => pollEvent({ ...fields, recordedAt: fields.at + late }));

const anyPoll = fc
  .record({
    id: fc.constantFrom(...POLLS),
    options: fc.subarray(OPTIONS, { minLength: 2 }),
    topics: fc.array(fc.constantFrom(...TOPICS), { maxLength: 3 }),
    language: fc.option(fc.constantFrom(...LANGUAGES)),
    author: fc.option(fc.constantFrom(...USERS)),
    status: fc.constantFrom('OPEN' as const, 'CLOSED' as const, 'REMOVED' as const),
    createdAt: time,
    recordedAt: time,
  })
  .map(({ id, options, author, recordedAt, ...fields }) => ({
    poll: {
      ...fields,
      id: pollId(id),
      question: `${id}? \n"2"`,
      options: options.map((option) => ({ id: optionId(option), label: `${option} 'ok'` })),
      authorId: author === null ? null : userId(author),
      closesAt: null,
    },
    recordedAt,
  }));

const anyChange = fc
  .record({
    kind: fc.constantFrom('ERASE' as const, 'MERGE' as const, 'INTERESTS' as const),
    user: fc.constantFrom(...USERS),
    into: fc.constantFrom(...USERS),
    topics: fc.uniqueArray(fc.constantFrom(...TOPICS), { maxLength: 2 }),
    languages: fc.subarray(LANGUAGES),
    at: time,
  })
  .map(({ kind, user, into, topics, languages, at }) => {
    const base = { changeId: eventId(`${kind} ${user} ${at}`), userId: userId(user), occurredAt: at };
    const changes: Record<typeof kind, UserChange> = {
      ERASE: { ...base, kind: 'ERASE' },
      MERGE: { ...base, kind: 'MERGE', into: userId(into) },
      INTERESTS: { ...base, kind: 'INTERESTS', topics, languages },
    };
    return { change: changes[kind], recordedAt: at };
  });

/** Accounts that look like scripts: one too fast, three with one sequence, on polls of their own. */
function bots(): WarehouseRows {
  const places = Array.from({ length: 25 }, (_, place) => place);
  const votes = (user: string, gap: number, begin: number) =>
    places.map((place) => pollEvent({ user, poll: `bot ${place}`, at: begin + place * gap }));
  return {
    polls: places.map((place) => ({
      poll: {
        id: pollId(`bot ${place}`),
        question: '',
        options: ['agree', 'disagree'].map((option) => ({ id: optionId(option), label: '' })),
        topics: ['town'],
        language: null,
        authorId: null,
        createdAt: 1,
        closesAt: null,
        status: 'OPEN',
      },
      recordedAt: 1,
    })),
    events: [
      ...votes('script', 100, NOW - DAY),
      ...['farm 1', 'farm 2', 'farm 3'].flatMap((user, place) => votes(user, 3_000, NOW - DAY + place)),
      ...votes('person', 5_000, NOW - 2 * DAY),
    ],
  };
}

/** What comes into a warehouse, in one or several batches. */
export const anyBatches: fc.Arbitrary<readonly WarehouseRows[]> = fc
  .record({
    events: fc.array(anyEvent, { minLength: 80, maxLength: 120 }),
    polls: fc.array(anyPoll, { minLength: 6, maxLength: 12 }),
    userChanges: fc.uniqueArray(anyChange, {
      minLength: 2,
      maxLength: 6,
      selector: ({ change }) => change.changeId,
    }),
    withBots: fc.boolean(),
    batches: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ events, polls, userChanges, withBots, batches }) => {
    const size = Math.max(1, Math.ceil(events.length / batches));
    const parts: WarehouseRows[] = [{ polls, userChanges }];
    for (let from = 0; from < events.length; from += size) {
      parts.push({ events: events.slice(from, from + size) });
    }
    return withBots ? [...parts, bots()] : parts;
  });
