import { describe, expect, it } from 'vitest';
import { samplePoll } from '../../tests/support/edge-services.js';
import { pollId } from '../domain/ids.js';
import { EXPLORATION_METHODS, type ExplorationMethod } from '../domain/logged-answer.js';
import { DEFAULT_POLARITY } from '../domain/polarity.js';
import { DAY, HOUR } from '../domain/time.js';
import type { Candidate } from './candidate.js';
import { Exploration } from './exploration.js';
import { LiveCatalogue } from './live-catalogue.js';

const now = Date.UTC(2026, 0, 10);

function catalogueOf(polls: readonly { readonly id: string; readonly age: number }[]): LiveCatalogue {
  const catalogue = new LiveCatalogue({ polarity: DEFAULT_POLARITY, clock: () => now });
  catalogue.apply(
    polls.map(({ id, age }) => ({
      poll: samplePoll(id, { createdAt: now - age }),
      statistics: null,
      liveVotes: [],
      liveActivity: { established: 0, first: 0, at: 0 },
    })),
  );
  return catalogue;
}

const candidate = (id: string): Candidate => ({
  poll: samplePoll(id),
  score: 1,
  kind: 'POPULAR',
  because: null,
});

/** Numbers of a fixed sequence without pattern, in [0, 1). */
function sequence(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const three = catalogueOf(['n1', 'n2', 'n3'].map((id, n) => ({ id, age: (n + 1) * HOUR })));

function open(explorationShare: number, explorationMethod: ExplorationMethod, random: () => number) {
  return Exploration.open({
    catalogue: three,
    scenario: { explorationShare, explorationMethod },
    begun: true,
    allowed: () => true,
    now,
    random,
  });
}

describe('exploration', () => {
  it('is for polls that are new to all and allowed for this user', () => {
    const catalogue = catalogueOf([
      { id: 'new', age: DAY },
      { id: 'refused', age: DAY },
      { id: 'old', age: 8 * DAY },
    ]);
    const ask = (explorationShare: number, refused: string) =>
      Exploration.open({
        catalogue,
        scenario: { explorationShare, explorationMethod: 'thompson' },
        begun: true,
        allowed: (poll) => poll.id !== refused,
        now,
        random: () => 0,
      });
    expect(ask(0.1, 'refused')?.set.candidates.map((item) => item.pollId)).toEqual(['new']);
    expect(ask(0, 'none')).toBeNull();
    expect(
      Exploration.open({
        catalogue,
        scenario: { explorationShare: 1, explorationMethod: 'uniform' },
        begun: true,
        allowed: () => false,
        now,
        random: () => 0,
      }),
    ).toBeNull();
  });

  it.each(EXPLORATION_METHODS)('tells the propensity with which places come about, drawn by %s', (method) => {
    const rounds = 20_000;
    const random = sequence();
    // The poll due at the second place is a new one as well: it comes there in two ways.
    const due = [candidate('a'), candidate('n2')];
    const seen = new Map<string, { count: number; propensity: number }>();
    for (let round = 0; round < rounds; round++) {
      const exploration = open(0.3, method, random) ?? expect.fail('there are new polls');
      const ids: string[] = [];
      let propensity = 1;
      for (const otherwise of due) {
        const free = ids.includes(otherwise.poll.id) ? candidate('b') : otherwise;
        const taken = exploration.fill(free, 0.5);
        exploration.placed(taken.poll.id);
        ids.push(taken.poll.id);
        propensity *= taken.chance?.propensity ?? 1;
      }
      const key = ids.join(' ');
      const known = seen.get(key) ?? { count: 0, propensity };
      expect(propensity).toBeCloseTo(known.propensity, 12);
      seen.set(key, { ...known, count: known.count + 1 });
    }
    let total = 0;
    for (const { count, propensity } of seen.values()) {
      const error = Math.sqrt((propensity * (1 - propensity)) / rounds);
      expect(Math.abs(count / rounds - propensity)).toBeLessThan(4 * error + 1e-9);
      total += propensity;
    }
    expect(total).toBeCloseTo(1, 9);
  });

  it('never shows a poll twice, and ends with the new polls', () => {
    const exploration = open(1, 'thompson', sequence()) ?? expect.fail('there are new polls');
    const taken = Array.from({ length: 5 }, (_, n) => {
      const next = exploration.fill(candidate(`a${n}`), 0.5);
      exploration.placed(next.poll.id);
      return next;
    });
    expect(new Set(taken.slice(0, 3).map(({ poll }) => poll.id))).toEqual(
      new Set(['n1', 'n2', 'n3'].map(pollId)),
    );
    expect(taken[0]).toMatchObject({ kind: 'EXPLORATION', score: 0.5, chance: { otherwise: null } });
    expect(taken.slice(3).map(({ poll }) => poll.id)).toEqual(['a3', 'a4']);
    expect(taken[4]?.chance).toBeUndefined();
  });
});
