import { describe, expect, it } from 'vitest';
import { pollEvent } from '../../../tests/support/poll-events.js';
import { applyEvent } from '../../domain/apply-event.js';
import { EVENT_KINDS } from '../../domain/event.js';
import { emptyFeatures } from '../../domain/features.js';
import { userId } from '../../domain/ids.js';
import { encodeChange, replay, type StoredChange } from './recent-change.js';

const before = applyEvent(emptyFeatures(userId('ada'), 0), pollEvent({ poll: 'q', at: 3 }));
const stored = (value: StoredChange): StoredChange => JSON.parse(JSON.stringify(value));

describe('replay', () => {
  it.each(EVENT_KINDS)('makes a stored %s again as it was', (kind) => {
    for (const isAuthor of [false, true]) {
      const event = pollEvent({ kind, poll: 'p', at: 5, recordedAt: 9, option: 'disagree', isAuthor });
      expect(replay(before, stored(encodeChange({ kind: 'EVENT', event })))).toEqual(
        applyEvent(before, event),
      );
    }
  });

  it('reads events in the form of the release before', () => {
    const event = pollEvent({ poll: 'p', at: 5 });
    expect(replay(before, [5, 1, 'EVENT', event])).toEqual(applyEvent(before, event));
  });

  it('refuses a form that it does not know', () => {
    expect(() => replay(before, [5, 3, 'EVENT', pollEvent()])).toThrow('stored in form 3');
  });
});
