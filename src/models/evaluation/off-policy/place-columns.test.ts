import { describe, expect, it } from 'vitest';
import { loggedAnswer } from '../../../../tests/support/logged-answers.js';
import { optionId, pollId, recommendationId, userId } from '../../../domain/ids.js';
import type { VoteCredits } from './credit-votes.js';
import { type ListedChance, listedRule } from './listed-rule.js';
import { type PlaceColumns, placeColumns } from './place-columns.js';
import { OTHER_POLLS } from './place-log.js';

const credits: VoteCredits = {
  options: new Map([[recommendationId('b'), new Map([[pollId('n1'), optionId('agree')]])]]),
  owners: new Map([
    [recommendationId('a'), userId('ada')],
    [recommendationId('b'), userId('ada')],
  ]),
  byName: 1,
  byUser: 0,
  notCredited: 0,
};
const listed = (position: number, poll: string, probability: number, answer = 'a'): ListedChance => ({
  recommendationId: recommendationId(answer),
  position,
  pollId: pollId(poll),
  probability,
});
const columns = (rows: readonly ListedChance[]): PlaceColumns =>
  placeColumns({
    answers: [loggedAnswer('a'), loggedAnswer('b'), loggedAnswer('c')],
    credits,
    rewardOf: (option) => (option === 'agree' ? 1 : 0),
    target: listedRule(rows).rule,
  });

describe('placeColumns', () => {
  it('has an observation for each place that the target tells of, by user where one is known, else by answer', () => {
    const { log, leftOut } = columns([
      listed(0, 'p1', 1),
      listed(1, 'n1', 1),
      listed(1, 'n1', 0.5, 'b'),
      listed(0, 'p1', 1, 'c'),
    ]);
    expect(leftOut).toBe(2);
    expect([...log.reward]).toEqual([0, 0, 1, 0]);
    expect([...log.position]).toEqual([0, 1, 1, 0]);
    expect([...log.cluster]).toEqual([0, 0, 0, 1]);
    expect([...log.propensity]).toEqual([1, 0.05, 0.05, 1]);
    expect(log).toMatchObject({ positionCount: 2, clusterCount: 2 });
    expect(log.poll[1]).toBe(log.poll[2]);
  });

  it('has the probability of the poll shown, and what lacks to 1 as polls that are not listed', () => {
    const { target } = columns([listed(1, 'n1', 0.25), listed(1, 'n2', 0.5), listed(1, 'n1', 0.125)]);
    expect([...target.shown]).toEqual([0.375]);
    const chances = target.chancesAt(0);
    expect(chances.map(({ probability }) => probability)).toEqual([0.25, 0.5, 0.125, 0.125]);
    expect(chances[0]?.poll).toBe(chances[2]?.poll);
    expect(chances[3]?.poll).toBe(OTHER_POLLS);
  });

  it('knows what the logging policy never shows', () => {
    const unsupported = (rows: readonly ListedChance[]) => columns(rows).target.unsupported[0];
    // A place without chance shows one poll; an exploring one the poll due there and each candidate.
    expect(unsupported([listed(0, 'p1', 1)])).toBe(0);
    expect(unsupported([listed(0, 'n1', 0.75), listed(0, 'p1', 0.25)])).toBe(0.75);
    expect(unsupported([listed(1, 'n3', 0.5), listed(1, 'p2', 0.5)])).toBe(0);
    expect(unsupported([listed(1, 'p9', 0.5), listed(1, 'n2', 0.25)])).toBe(0.75);
  });
});

describe('listedRule', () => {
  it('names places whose probabilities exceed 1', () => {
    expect(listedRule([listed(1, 'n1', 0.6), listed(1, 'n2', 0.6), listed(0, 'p1', 1)]).faults).toEqual([
      '1 of answer a',
    ]);
  });
});
