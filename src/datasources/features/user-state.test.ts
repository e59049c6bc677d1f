import { expect, it } from 'vitest';
import { pollEvent } from '../../../tests/support/poll-events.js';
import { userId } from '../../domain/ids.js';
import { unknownUser } from './user-state.js';
import { applyEvents } from './user-transitions.js';

/** Of one user. */
const MOST_SEEN = 10_000;

it('keeps the ids of the last events of a user who never stops, and counts none of the others twice', () => {
  const events = Array.from({ length: MOST_SEEN + 10 }, (_, at) =>
    pollEvent({ poll: `p${at % 3}`, option: `o${at % 2}`, at }),
  );
  const placed = events.map((event, place) => ({ event, place, since: event.recordedAt }));
  const { after } = applyEvents(unknownUser(userId('ada')), placed, 1);
  expect(after.seen).toHaveLength(MOST_SEEN);
  const again = applyEvents(after, placed, 2);
  expect(again.after.features).toEqual(after.features);
  expect(again.result.outcomes.slice(10).every(({ outcome }) => outcome.status === 'DUPLICATE')).toBe(true);
});
