import { expect, it } from 'vitest';
import { flowPlanText } from './flow-plan.js';

it('tells each statement of a plan, what it makes and reads, and the sum', () => {
  const text = flowPlanText({
    flow: 'popular',
    statements: [
      { step: 'extract', statement: 'extraction', table: null, bytes: 3 * 1_024 ** 3 },
      { step: 'clean', statement: 'clean_users', table: 'clean_users', bytes: 1_536 },
      { step: 'score', statement: 'voters', table: null, bytes: null },
    ],
    bytes: 3 * 1_024 ** 3 + 1_536,
  });
  expect(text.split('\n').slice(0, 6)).toEqual([
    'popular: nothing was run',
    'step     statement    makes           bytes',
    'extract  extraction                 3.0 GiB',
    'clean    clean_users  clean_users   1.5 KiB',
    'score    voters                    not told',
    'total                               3.0 GiB',
  ]);
});
