import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pollEvent as event } from '../../tests/support/poll-events.js';
import { applyEvent, replacedVote } from './apply-event.js';
import { EVENT_KINDS, type EventKind, type PollEvent } from './event.js';
import { emptyFeatures, HISTORY_LIMIT, IMPRESSION_LIMIT, type UserFeatures } from './features.js';
import { userId } from './ids.js';

const nobody = emptyFeatures(userId('ada'), 0);

const applyAll = (events: readonly PollEvent[], to: UserFeatures = nobody): UserFeatures =>
  events.reduce(applyEvent, to);
const votes = (features: UserFeatures) =>
  features.history.map(({ pollId: id, kind, optionId: option }) => `${id} ${option ?? kind}`);

/** What of the features does not depend on the order of arrival. */
const settled = ({ history, voted, dismissals, authored, updatedAt }: UserFeatures) => ({
  history,
  voted: voted.toSorted(),
  dismissals: dismissals.toSorted((a, b) => (a.pollId < b.pollId ? -1 : 1)),
  authored: authored.toSorted(),
  updatedAt,
});

/** Events at distinct times on few polls, so that they meet often. */
const events = fc
  .uniqueArray(
    fc.record({
      kind: fc.constantFrom(...EVENT_KINDS),
      poll: fc.constantFrom('a', 'b', 'c', 'd'),
      option: fc.constantFrom('agree', 'disagree', 'pass'),
      at: fc.integer({ min: 1, max: 200 }),
      delay: fc.integer({ min: 0, max: 50 }),
      isAuthor: fc.boolean(),
    }),
    { selector: ({ at }) => at, maxLength: 40 },
  )
  .map((list) => list.map(({ delay, ...fields }) => event({ ...fields, recordedAt: fields.at + delay })));

/** Events of one subject on one poll outdate each other. */
const SUBJECTS = {
  VOTE: 'answer',
  SKIP: 'answer',
  RETRACT_VOTE: 'answer',
  DISMISS: 'dismissal',
  UNDO_DISMISS: 'dismissal',
  IMPRESSION: 'impression',
} satisfies Record<EventKind, string>;

describe('applyEvent', () => {
  it('gives the same in any order of arrival', () => {
    const shuffled = events.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([inOrder, mixed]) => {
        expect(settled(applyAll(mixed))).toEqual(settled(applyAll(inOrder)));
      }),
    );
  });

  it('gives the same object back for events it has taken in', () => {
    fc.assert(
      fc.property(events, (list) => {
        const sorted = list.toSorted((a, b) => a.occurredAt - b.occurredAt);
        const last = new Map(sorted.map((item) => [`${item.pollId} ${SUBJECTS[item.kind]}`, item]));
        const once = applyAll(sorted);
        expect(applyAll([...last.values()], once)).toBe(once);
      }),
    );
  });

  it('holds what a replay by hand of the last act on each poll says', () => {
    fc.assert(
      fc.property(events, (list) => {
        const last = new Map<string, PollEvent>();
        for (const item of list.toSorted((a, b) => a.occurredAt - b.occurredAt)) {
          if (SUBJECTS[item.kind] === 'answer') last.set(item.pollId, item);
        }
        const voted = [...last.values()].filter(({ kind }) => kind === 'VOTE').map(({ pollId: id }) => id);
        expect(applyAll(list).voted.toSorted()).toEqual(voted.sort());
      }),
    );
  });

  it('settles equal times by the time of recording, then by order of arrival', () => {
    const later = event({ option: 'disagree', at: 5, recordedAt: 7 });
    const earlier = event({ option: 'agree', at: 5, recordedAt: 6 });
    expect(votes(applyAll([later, earlier]))).toEqual(['p disagree']);
    const twin = event({ option: 'pass', at: 5, recordedAt: 7 });
    expect(votes(applyAll([later, twin]))).toEqual(['p pass']);
    expect(votes(applyAll([twin, later]))).toEqual(['p disagree']);
  });

  it('is as if never voted after a retraction, and an older vote does not revive it', () => {
    const retracted = applyAll([event({ at: 1 }), event({ kind: 'RETRACT_VOTE', at: 3 })]);
    expect(retracted.voted).toEqual([]);
    expect(votes(retracted)).toEqual(['p RETRACTED']);
    expect(applyEvent(retracted, event({ at: 2, recordedAt: 3 }))).toBe(retracted);
    expect(votes(applyEvent(retracted, event({ at: 4 })))).toEqual(['p agree']);
  });

  it('takes a retraction of a vote that left the history', () => {
    const many = Array.from({ length: HISTORY_LIMIT + 1 }, (_, index) =>
      event({ poll: `p${index}`, at: 10 + index }),
    );
    const features = applyAll(many);
    expect(features.voted).toContain('p0');
    expect(votes(features)).not.toContain('p0 agree');
    expect(applyEvent(features, event({ kind: 'RETRACT_VOTE', poll: 'p0', at: 900 })).voted).not.toContain(
      'p0',
    );
    expect(applyEvent(features, event({ kind: 'SKIP', poll: 'p0', at: 5 })).voted).toContain('p0');
  });

  it('keeps the newest votes and skips, and every poll voted on', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(250).keys()], { minLength: 250 }), (order) => {
        const features = applyAll(order.map((index) => event({ poll: `p${index}`, at: 1 + index })));
        const newest = [...Array(250).keys()].slice(-HISTORY_LIMIT).map((index) => `p${index} agree`);
        expect(votes(features)).toEqual(newest);
        expect(new Set(features.voted).size).toBe(250);
      }),
      { numRuns: 10 },
    );
  });

  it('does not count retractions against the limit of the history', () => {
    const retractions = Array.from({ length: 50 }, (_, index) =>
      event({ kind: 'RETRACT_VOTE', poll: `r${index}`, at: 1 + index }),
    );
    const many = Array.from({ length: HISTORY_LIMIT }, (_, index) =>
      event({ poll: `p${index}`, at: 100 + index }),
    );
    expect(applyAll([...retractions, ...many]).history).toHaveLength(HISTORY_LIMIT + 50);
  });

  it('dismisses until undone, by time and not by arrival', () => {
    const dismiss = event({ kind: 'DISMISS', at: 1 });
    const undo = event({ kind: 'UNDO_DISMISS', at: 2 });
    for (const order of [
      [dismiss, undo],
      [undo, dismiss],
    ]) {
      expect(applyAll(order).dismissals).toEqual([{ pollId: 'p', active: false, occurredAt: 2 }]);
    }
    expect(applyAll([dismiss]).dismissals).toEqual([{ pollId: 'p', active: true, occurredAt: 1 }]);
  });

  it('counts impressions once each, and drops those of a poll that is voted on', () => {
    const seen = [1, 2, 2, 3].map((at) => event({ kind: 'IMPRESSION', at }));
    const features = applyAll(seen);
    expect(features.impressions).toEqual([{ pollId: 'p', count: 3, lastSeenAt: 3 }]);
    expect(applyAll(seen, features)).toBe(features);
    const voted = applyEvent(features, event({ at: 4 }));
    expect(voted.impressions).toEqual([]);
    expect(applyEvent(voted, event({ kind: 'IMPRESSION', at: 4 })).impressions).toEqual([]);
  });

  it('remembers the polls seen last', () => {
    const seen = Array.from({ length: IMPRESSION_LIMIT + 10 }, (_, index) =>
      event({ kind: 'IMPRESSION', poll: `p${index}`, at: 1 + index }),
    );
    const { impressions } = applyAll(seen);
    expect(impressions).toHaveLength(IMPRESSION_LIMIT);
    expect(impressions[0]?.pollId).toBe('p10');
    expect(impressions.at(-1)?.pollId).toBe(`p${IMPRESSION_LIMIT + 9}`);
  });

  it('knows the author from the vote that posting a poll writes', () => {
    const features = applyAll([event({ at: 5 }), event({ at: 1, isAuthor: true })]);
    expect(features.authored).toEqual(['p']);
    expect(features.voted).toEqual(['p']);
  });

  it('is up to date as of the newest recording', () => {
    const features = applyAll([event({ at: 1, recordedAt: 90 }), event({ at: 2, recordedAt: 80 })]);
    expect(features.updatedAt).toBe(90);
  });
});

describe('replacedVote', () => {
  const standing = applyAll([event({ option: 'agree', at: 10 })]);

  it('is the vote that stood', () => {
    expect(replacedVote(nobody, event({}))).toBeNull();
    expect(replacedVote(standing, event({ option: 'disagree', at: 11 }))).toBe('agree');
    expect(replacedVote(standing, event({ kind: 'RETRACT_VOTE', at: 11 }))).toBe('agree');
    expect(replacedVote(standing, event({ kind: 'SKIP', at: 11 }))).toBe('agree');
    expect(replacedVote(standing, event({ kind: 'DISMISS', at: 11 }))).toBeNull();
  });

  it('makes an outdated vote count for nothing', () => {
    expect(replacedVote(standing, event({ option: 'disagree', at: 9 }))).toBe('disagree');
    expect(replacedVote(standing, event({ kind: 'RETRACT_VOTE', at: 9 }))).toBeNull();
  });

  it('is null for the vote that an own poll began with, which nobody counted', () => {
    const own = applyEvent(nobody, event({ at: 5, isAuthor: true }));
    expect(replacedVote(own, event({ kind: 'RETRACT_VOTE', at: 9 }))).toBeNull();
  });

  it('keeps the sum of counts at the number of standing votes', () => {
    fc.assert(
      fc.property(events, (list) => {
        let sum = 0;
        let features = nobody;
        // Authors' own votes are counted by nobody.
        for (const item of list.filter((one) => one.kind !== 'VOTE' || !one.isAuthor)) {
          if (item.kind === 'VOTE') sum += 1;
          if (replacedVote(features, item) !== null) sum -= 1;
          features = applyEvent(features, item);
        }
        expect(sum).toBe(features.voted.length);
      }),
    );
  });
});
