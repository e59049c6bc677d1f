import { describe, expect, it } from 'vitest';
import { loggedAnswer } from '../../../../tests/support/logged-answers.js';
import { optionId, pollId, recommendationId, userId } from '../../../domain/ids.js';
import { HOUR } from '../../../domain/time.js';
import { type CreditableVote, creditVotes } from './credit-votes.js';

const noon = Date.UTC(2026, 0, 31, 12);
const answers = [
  loggedAnswer('first', { answeredAt: noon }),
  loggedAnswer('second', { answeredAt: noon + HOUR }),
];
const vote = (changes: Partial<CreditableVote> = {}): CreditableVote => ({
  userId: userId('ada'),
  pollId: pollId('p1'),
  optionId: optionId('agree'),
  votedAt: noon + 2 * HOUR,
  recommendationId: null,
  ...changes,
});
const owner = (answer: string, user = 'ada') => ({
  userId: userId(user),
  recommendationId: recommendationId(answer),
});
const credit = (votes: CreditableVote[], impressions: ReturnType<typeof owner>[] = []) => {
  const { options, ...counts } = creditVotes({ answers, votes, impressions, windowMs: 3 * HOUR });
  return { ...counts, options: [...options].map(([answer, polls]) => [answer, Object.fromEntries(polls)]) };
};

describe('creditVotes', () => {
  it('credits the answer that a vote names, whenever it came; the last vote holds', () => {
    const named = { recommendationId: recommendationId('first'), votedAt: noon + 500 * HOUR };
    expect(credit([vote(named), vote({ ...named, optionId: optionId('pass') })])).toMatchObject({
      options: [['first', { p1: 'pass' }]],
      byName: 2,
      byUser: 0,
      notCredited: 0,
    });
  });

  it('credits no answer that did not show the poll, or is not in the log', () => {
    const votes = [
      vote({ recommendationId: recommendationId('first'), pollId: pollId('p9') }),
      vote({ recommendationId: recommendationId('elsewhere') }),
    ];
    expect(credit(votes, [owner('first')])).toMatchObject({ options: [], notCredited: 2 });
  });

  it('credits the last answer before a vote that names none, where another event tells the user', () => {
    const seen = [owner('first'), owner('second')];
    expect(credit([vote()], seen)).toMatchObject({ options: [['second', { p1: 'agree' }]], byUser: 1 });
    expect(credit([vote({ votedAt: noon + 1 })], seen)).toMatchObject({
      options: [['first', { p1: 'agree' }]],
    });
    const other = vote({ recommendationId: recommendationId('first'), pollId: pollId('n1') });
    expect(credit([other, vote()])).toMatchObject({ options: [['first', { n1: 'agree', p1: 'agree' }]] });
  });

  it.each([
    ['before the answer', vote({ votedAt: noon - 1 }), [owner('first')]],
    ['after the window', vote({ votedAt: noon + 5 * HOUR }), [owner('first'), owner('second')]],
    ['of another user', vote(), [owner('first', 'bob')]],
    ['without a time', vote({ votedAt: null }), [owner('first')]],
    ['of a user of whom no event names an answer', vote(), []],
  ])('credits no vote %s', (_, one, impressions) => {
    expect(credit([one], impressions)).toMatchObject({ options: [], byUser: 0, notCredited: 1 });
  });

  it('tells whose answers were, as far as events name them', () => {
    const { owners } = credit([vote({ recommendationId: recommendationId('first') })], [owner('gone')]);
    expect([...owners]).toEqual([['first', 'ada']]);
  });
});
