import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solvePositiveDefinite } from '../linear-algebra/small-system.js';
import { textCosines, vectoriseTexts } from './character-grams.js';
import { TextRegression } from './text-regression.js';

const questions = [
  'Should cats be allowed in parks?',
  'Should dogs be allowed in parks?',
  'Should cats be allowed in offices?',
  'Are property taxes too high?',
  'Are income taxes too high?',
  '',
  'Are income taxes too high?',
];
const vectors = vectoriseTexts(questions);
const all = Int32Array.from(questions.keys());
const numbers = fc.double({ min: -3, max: 3, noNaN: true });

describe('TextRegression', () => {
  it('foretells what solving the regularised system densely gives, several numbers at once', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(questions.length - 1), { minLength: 1 }),
        fc.array(numbers, { minLength: 14, maxLength: 14 }),
        fc.double({ min: 0.05, max: 5, noNaN: true }),
        (places, values, ridge) => {
          const learnt = Int32Array.from(places);
          const width = 2;
          const known = values.slice(0, width * learnt.length);
          const regression = new TextRegression(vectors, {
            learnt,
            polls: all,
            ridge: (place) => ridge + place,
          });
          const foretold = regression.predict(known, width);
          const kernel = textCosines(vectors, learnt, learnt);
          const towards = textCosines(vectors, all, learnt);
          const size = learnt.length;
          const matrix = Array.from({ length: size }, (_, row) =>
            Array.from(
              { length: size },
              (_, column) =>
                (kernel[row * size + column] as number) +
                (row === column ? ridge + (learnt[row] as number) : 0),
            ),
          );
          for (let output = 0; output < width; output += 1) {
            const weights = solvePositiveDefinite(
              matrix,
              places.map((_, row) => known[row * width + output] as number),
            );
            all.forEach((_, row) => {
              const wanted = weights.reduce(
                (sum, weight, column) => sum + weight * (towards[row * size + column] as number),
                0,
              );
              expect(foretold[row * width + output]).toBeCloseTo(wanted, 9);
            });
          }
        },
      ),
    );
  });

  it('foretells 0 without any learnt number, and of a text that is like none', () => {
    const none = new TextRegression(vectors, { learnt: new Int32Array(0), polls: all, ridge: () => 1 });
    expect([...none.predict([], 1)]).toEqual(questions.map(() => 0));
    const some = new TextRegression(vectors, { learnt: Int32Array.of(0), polls: all, ridge: () => 1 });
    expect(some.predict([1], 1)[5]).toBe(0);
  });

  it('draws a poll nearer to its own number the smaller its ridge', () => {
    const ownNumber = (ridge: number): number =>
      new TextRegression(vectors, { learnt: Int32Array.of(0, 3), polls: all, ridge: () => ridge }).predict(
        [1, -1],
        1,
      )[0] as number;
    expect(ownNumber(0.01)).toBeGreaterThan(0.95);
    expect(ownNumber(1)).toBeLessThan(0.6);
  });
});
