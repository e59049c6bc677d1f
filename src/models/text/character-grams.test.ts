import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textCosines, vectoriseTexts } from './character-grams.js';

const texts = fc.array(
  fc.oneof(
    fc.string({ maxLength: 30, unit: 'grapheme' }),
    fc.constantFrom('', '   ', 'a', '消費税 増税', 'cats in parks'),
  ),
  { minLength: 1, maxLength: 8 },
);
const placesOf = (values: readonly string[]): number[] => values.map((_, place) => place);
const cosinesOf = (...values: string[]): Float64Array => {
  const places = placesOf(values);
  return textCosines(vectoriseTexts(values), places, places);
};

describe('vectoriseTexts', () => {
  it('gives vectors of length 1, and nothing for a text without words', () => {
    fc.assert(
      fc.property(texts, (values) => {
        vectoriseTexts(values).forEach(({ grams, weights }, place) => {
          const isEmpty = values[place]?.normalize('NFKC').trim() === '';
          expect(grams.length === 0).toBe(isEmpty);
          if (!isEmpty) expect(Math.hypot(...weights)).toBeCloseTo(1, 10);
          expect(new Set(grams).size).toBe(grams.length);
        });
      }),
    );
  });

  it('reads words alike in any case, width and spacing', () => {
    expect(cosinesOf('Cats  IN parks', 'cats in ｐａｒｋｓ ')[1]).toBeCloseTo(1, 12);
  });
});

describe('textCosines', () => {
  it('gives cosines from 0 to 1, the same both ways, and 1 of a text with itself', () => {
    fc.assert(
      fc.property(texts, (values) => {
        const size = values.length;
        const cosines = cosinesOf(...values);
        cosines.forEach((cosine, at) => {
          const [row, column] = [Math.floor(at / size), at % size];
          expect(cosine).toBeGreaterThanOrEqual(0);
          expect(cosine).toBeLessThanOrEqual(1 + 1e-12);
          expect(cosine).toBeCloseTo(cosines[column * size + row] as number, 12);
          if (values[row] === values[column] && values[row]?.normalize('NFKC').trim() !== '') {
            expect(cosine).toBeCloseTo(1, 10);
          }
        });
      }),
    );
  });

  it('is what the weights of common grams give, whatever rows and columns are asked for', () => {
    const values = ['cats in parks', 'dogs in parks', '', 'taxes on fuel', 'cat taxes'];
    const vectors = vectoriseTexts(values);
    const weightsOf = (place: number): Map<number, number> =>
      new Map([...(vectors[place]?.grams ?? [])].map((gram, at) => [gram, vectors[place]?.weights[at] ?? 0]));
    const [rows, columns] = [
      [4, 0, 2],
      [1, 4, 3, 0],
    ] as const;
    const cosines = textCosines(vectors, rows, columns);
    rows.forEach((row, i) => {
      columns.forEach((column, j) => {
        const other = weightsOf(column);
        const dot = [...weightsOf(row)].reduce(
          (sum, [gram, weight]) => sum + weight * (other.get(gram) ?? 0),
          0,
        );
        expect(cosines[i * columns.length + j]).toBeCloseTo(dot, 12);
      });
    });
  });

  it('finds inflected words alike, and rare ones to tell more than frequent ones', () => {
    const [, inflected, other] = cosinesOf('property taxes', 'taxed properties', 'cats in parks');
    expect(inflected).toBeGreaterThan((other as number) + 0.2);
    const values = ['the zebra', 'zebra crossings', 'the house', 'the tree', 'the road', 'the river'];
    const [, rare, frequent] = cosinesOf(...values);
    expect(rare).toBeGreaterThan(frequent as number);
  });
});
