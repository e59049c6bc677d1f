import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pollEvent } from '../../../tests/support/poll-events.js';
import { type UserId, userId } from '../../domain/ids.js';
import { HeldImpressions } from './held-impressions.js';

const [ada, bob] = [userId('ada'), userId('bob')];
const impressions = (count: number) =>
  Array.from({ length: count }, (_, index) => pollEvent({ kind: 'IMPRESSION', poll: `p${index}` }));

describe('HeldImpressions', () => {
  let asked: UserId[] = [];
  beforeEach(() => {
    asked = [];
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());
  const holding = () => new HeldImpressions((id) => asked.push(id));

  it('asks for a user two seconds after the first impression, and again until it is written', () => {
    const held = holding();
    const [first, ...others] = impressions(3);
    if (first === undefined) throw new Error('wanted impressions');
    held.add(ada, [first]);
    vi.advanceTimersByTime(1_999);
    held.add(ada, others);
    held.add(bob, others);
    expect(asked).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(asked).toEqual(['ada']);
    vi.advanceTimersByTime(2_000);
    expect(asked).toEqual(['ada', 'bob', 'ada']);
    held.written(ada, held.of(ada));
    vi.advanceTimersByTime(1_999);
    expect(asked).toEqual(['ada', 'bob', 'ada', 'bob']);
    expect(held.users()).toEqual(['bob']);
  });

  it('asks at once for a user with twenty', () => {
    const held = holding();
    held.add(ada, impressions(19));
    expect(asked).toEqual([]);
    held.add(ada, impressions(1));
    expect(asked).toEqual(['ada']);
  });

  it('keeps what came while others were written', () => {
    const held = holding();
    held.add(ada, impressions(2));
    const writing = held.of(ada);
    held.add(ada, impressions(1));
    held.written(ada, writing);
    expect(held.of(ada)).toHaveLength(1);
    held.written(ada, writing);
    expect(held.of(ada)).toHaveLength(1);
  });

  it('is full at ten thousand of all users, until some are written', () => {
    const held = holding();
    for (let user = 0; user < 1_000; user += 1) held.add(userId(`u${user}`), impressions(10));
    expect(held.isFull).toBe(true);
    held.written(userId('u7'), held.of(userId('u7')));
    expect(held.isFull).toBe(false);
  });
});
