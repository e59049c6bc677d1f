import { describe, expect, it } from 'vitest';
import type { PollSigns } from './poll-signs.js';
import { layOutQuestions } from './question-columns.js';

const sides: PollSigns = { polar: true, values: [1, -1, 0], answered: [true, true, false] };
const choices: PollSigns = { polar: false, values: [0, 0, 0, 0], answered: [true, true, true, false] };
const levels: PollSigns = { polar: true, values: [1, 1, -1], answered: [true, true, true] };
const single: PollSigns = { polar: false, values: [0], answered: [true] };

describe('layOutQuestions', () => {
  it('asks for liking where there are sides, for answering where there is a pass, and for each choice', () => {
    const { kinds, polls, firstColumns, likingColumns, answerColumns } = layOutQuestions(
      [sides, choices, levels, single],
      { neutralWeight: 0.75 },
    );
    expect(kinds).toEqual(['LIKING', 'ANSWER', 'ANSWER', 'OPTION', 'OPTION', 'OPTION', 'LIKING']);
    expect([...polls]).toEqual([0, 0, 1, 1, 1, 1, 2]);
    expect([...firstColumns]).toEqual([0, 2, 6, 7, 7]);
    expect([...likingColumns]).toEqual([0, -1, 6, -1]);
    expect([...answerColumns]).toEqual([1, 2, -1, -1]);
  });

  it('leaves out choices that all voters made alike', () => {
    const { kinds } = layOutQuestions([choices], { neutralWeight: 0.75, isContested: () => false });
    expect(kinds).toEqual(['ANSWER']);
  });

  it('counts a vote for neither side for part of one, and not at all with a weight of 0', () => {
    const neutral = (weight: number) => layOutQuestions([sides], { neutralWeight: weight }).valuesOfToken[2];
    expect(neutral(0.75)).toEqual([
      { column: 0, value: 0, weight: 0.75 },
      { column: 1, value: 0, weight: 1 },
    ]);
    expect(neutral(0)).toEqual([{ column: 1, value: 0, weight: 1 }]);
  });

  it('takes several options of one side for the same', () => {
    const { valuesOfToken } = layOutQuestions([levels], { neutralWeight: 0.75 });
    expect(valuesOfToken[0]).toEqual(valuesOfToken[1]);
    expect(valuesOfToken[2]).toEqual([{ column: 0, value: -1, weight: 1 }]);
  });

  it('lets a choice tell as much as one number less than there are options', () => {
    const { valuesOfToken } = layOutQuestions([choices], { neutralWeight: 0.75 });
    const [answer, ...options] = valuesOfToken[1] ?? [];
    expect(answer).toEqual({ column: 0, value: 1, weight: 1 });
    expect(options.map(({ value }) => value)).toEqual([0, 1, 0]);
    expect(options.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(2, 12);
    expect(valuesOfToken[3]).toEqual([{ column: 0, value: 0, weight: 1 }]);
  });
});
