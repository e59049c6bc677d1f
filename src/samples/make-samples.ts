import type { WarehouseRows } from '../datasources/warehouse/warehouse.js';
import type { Millis } from '../domain/time.js';
import { Random } from './random.js';
import { makePolls, SAMPLE_TOPICS } from './sample-polls.js';
import { makeUsers } from './sample-users.js';
import { makeEvents } from './sample-votes.js';

export { SAMPLE_USER } from './sample-users.js';

const EVENTS_PER_BATCH = 10_000;

/**
 * Believable polls in ten topics and two languages, users with tastes that a model can find, and what they did in the 60 days before
 * `now`: first topics and polls, then events, oldest first. The same seed and time give the same rows; another time moves all times by
 * the difference.
 */
export function* makeSamples(options: {
  readonly seed: number;
  readonly now: Millis;
}): Generator<WarehouseRows> {
  const { seed, now } = options;
  const random = new Random(seed);
  const users = makeUsers(
    random,
    SAMPLE_TOPICS.map((topic) => topic.id),
  );
  const polls = makePolls(
    random,
    now,
    users.map((user) => user.id),
  );
  yield {
    // Every topic is asked about in both languages.
    topics: SAMPLE_TOPICS.map(({ id, title }) => ({ topic: { id, title, language: null }, recordedAt: now })),
    polls: polls.map(({ poll }) => ({ poll, recordedAt: poll.createdAt })),
  };
  const events = makeEvents(random, now, { users, polls });
  for (let start = 0; start < events.length; start += EVENTS_PER_BATCH) {
    yield { events: events.slice(start, start + EVENTS_PER_BATCH) };
  }
}
