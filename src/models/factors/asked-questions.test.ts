import { describe, expect, it } from 'vitest';
import { VoteLogBuilder } from '../votes/vote-log.js';
import { askedQuestions } from './asked-questions.js';
import type { PollSigns } from './poll-signs.js';

const SIDES: PollSigns = { polar: true, values: [1, -1, 0], answered: [true, true, false] };

/** So many votes for the first option, and one for each of the others named. */
function votes(count: number, others: readonly number[] = []) {
  const log = new VoteLogBuilder();
  for (let user = 0; user < count; user += 1) log.add(`u${user}`, 0, 0);
  for (const option of others) log.add(`other ${option}`, 0, option);
  return log.build();
}

describe('askedQuestions', () => {
  it('asks for neither liking nor answering where all votes are alike', () => {
    expect(askedQuestions([SIDES], votes(200))).toEqual([
      { polar: false, values: [0, 0, 0], answered: [true, true, true] },
    ]);
  });

  it('asks for liking once somebody takes the other side, for answering once somebody passes', () => {
    expect(askedQuestions([SIDES], votes(200, [1]))).toEqual([{ ...SIDES, answered: [true, true, true] }]);
    expect(askedQuestions([SIDES], votes(200, [2]))).toEqual([
      { polar: false, values: [0, 0, 0], answered: SIDES.answered },
    ]);
    expect(askedQuestions([SIDES], votes(200, [1, 2]))).toEqual([SIDES]);
  });

  it('takes the options at their word while there are few votes', () => {
    expect(askedQuestions([SIDES], votes(20))).toEqual([SIDES]);
    expect(askedQuestions([SIDES], votes(0))).toEqual([SIDES]);
  });
});
