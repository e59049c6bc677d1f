import type { IndexedUser } from '../src/datasources/features/feature-store.js';
import { emptyFeatures, type HistoryEntry } from '../src/domain/features.js';
import { optionId, pollId, type UserId, userId } from '../src/domain/ids.js';
import { MINUTE } from '../src/domain/time.js';

const POLLS = 5_000;
const VOTES = 40;
const TOPICS = 8;
const BEGIN = Date.UTC(2026, 0, 1);

export const generatedUserId = (place: number): UserId => userId(`generated-${place}`);

/** A user of forty votes, about 1.5 kB as stored; the same place gives the same user. */
function generatedUser(place: number): IndexedUser {
  const history = Array.from({ length: VOTES }, (_, vote): HistoryEntry => {
    const at = BEGIN + (place % 1_000) * MINUTE + vote * 7 * MINUTE;
    return {
      pollId: pollId(`poll-${(place * 31 + vote * 97) % POLLS}`),
      kind: 'VOTE',
      optionId: optionId((place + vote) % 3 === 0 ? 'disagree' : 'agree'),
      occurredAt: at,
      recordedAt: at,
    };
  });
  const updatedAt = history.at(-1)?.recordedAt ?? BEGIN;
  return {
    features: {
      ...emptyFeatures(generatedUserId(place), updatedAt),
      history,
      voted: history.map((entry) => entry.pollId),
      affinities: Array.from({ length: TOPICS }, (_, topic) => ({
        topic: `topic-${topic}`,
        weight: 1 / TOPICS,
      })),
      languages: ['en'],
    },
  };
}

/** So many users from that place on, made as they are asked for. */
export function* generatedUsers(from: number, count: number): Generator<IndexedUser> {
  for (let place = from; place < from + count; place += 1) yield generatedUser(place);
}
