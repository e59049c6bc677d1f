import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_SIGNATURES } from './model-signature.js';
import { groupRequests, isJoinable, joinRequests, type RowRequest, splitOutputs } from './row-batch.js';
import type { Tensor, TensorOf } from './tensor.js';

const signature = MODEL_SIGNATURES.personalisation;
const CATALOGUE = 12;

const text = (name: string, rows: readonly (readonly string[])[]): Tensor => ({
  name,
  datatype: 'BYTES',
  shape: [rows.length, rows[0]?.length ?? 0],
  data: rows.flat(),
});

const requests: fc.Arbitrary<RowRequest> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
  .chain(([rows, history, exclude]) =>
    fc.record({
      history: fc.array(fc.array(fc.string(), { minLength: history, maxLength: history }), {
        minLength: rows,
        maxLength: rows,
      }),
      exclude: fc.array(fc.array(fc.string(), { minLength: exclude, maxLength: exclude }), {
        minLength: rows,
        maxLength: rows,
      }),
      limits: fc.array(fc.bigInt({ min: 1n, max: 20n }), { minLength: rows, maxLength: rows }),
    }),
  )
  .map(({ history, exclude, limits }) => [
    text('history', history),
    text('exclude', exclude),
    { name: 'limit', datatype: 'INT64', shape: [limits.length, 1], data: BigInt64Array.from(limits) },
  ]);

/** Answers each row by what is in it and nothing else, as models of the signature do. */
function answer(inputs: RowRequest): Tensor[] {
  const [history, exclude, limit] = inputs as [TensorOf<'BYTES'>, TensorOf<'BYTES'>, TensorOf<'INT64'>];
  const rows = limit.data.length;
  const k = Math.min(CATALOGUE, Math.max(...Array.from(limit.data, Number)));
  const row = (tensor: TensorOf<'BYTES'>, n: number): string => {
    const width = tensor.shape[1] ?? 0;
    return tensor.data
      .slice(n * width, (n + 1) * width)
      .filter((value) => value !== '')
      .join('|');
  };
  const cells = Array.from({ length: rows }, (_, n) =>
    Array.from({ length: k }, (_, place) => `${row(history, n)}/${row(exclude, n)}/${place}`),
  );
  const score = Float32Array.from(cells.flat(), (cell, n) => cell.length + (n % k));
  return [
    { name: 'poll_id', datatype: 'BYTES', shape: [rows, k], data: cells.flat() },
    { name: 'score', datatype: 'FP32', shape: [rows, k], data: score },
  ];
}

describe('joining and splitting rows', () => {
  it('gives every request what it gets alone', () => {
    fc.assert(
      fc.property(fc.array(requests, { minLength: 1, maxLength: 6 }), (all) => {
        const parts = splitOutputs(answer(joinRequests(all)), all, signature);
        expect(parts).toEqual(all.map(answer));
      }),
    );
  });

  it('cuts ranked candidates to those that a request gave', () => {
    const ranking = MODEL_SIGNATURES['personalisation-ranking'];
    const all = [1, 3, 2].map(
      (count): RowRequest => [
        text('history', [['']]),
        text('candidates', [Array.from({ length: count }, (_, n) => `c${n}`)]),
      ],
    );
    const joined = joinRequests(all);
    expect(joined[1]?.shape).toEqual([3, 3]);
    const score: Tensor = {
      name: 'score',
      datatype: 'FP32',
      shape: [3, 3],
      data: Float32Array.of(1, 0, 0, 2, 3, 4, 5, 6, 0),
    };
    const parts = splitOutputs([score], all, ranking).map(([part]) => Array.from(part?.data as Float32Array));
    expect(parts).toEqual([[1], [2, 3, 4], [5, 6]]);
  });

  it('does not make many short requests as long as a long one', () => {
    const short = (): RowRequest => [text('history', [['a']]), text('exclude', [['']])];
    const long: RowRequest = [
      text('history', [new Array<string>(60_000).fill('a')]),
      text('exclude', [['']]),
    ];
    const groups = groupRequests([short(), long, short(), short()], (request) => request);
    expect(groups.map((group) => group.length)).toEqual([1, 1, 2]);
    expect(
      groupRequests(Array.from({ length: 150 }, short), (request) => request).map((group) => group.length),
    ).toEqual([64, 64, 22]);
  });

  it('lets only requests that ask for something stand beside others', () => {
    const limited = (...limits: readonly bigint[]): RowRequest => [
      text(
        'history',
        limits.map(() => ['a']),
      ),
      { name: 'limit', datatype: 'INT64', shape: [limits.length, 1], data: BigInt64Array.from(limits) },
    ];
    expect(isJoinable(limited(1n, 5n))).toBe(true);
    expect(isJoinable(limited(1n, 0n))).toBe(false);
    expect(isJoinable(limited())).toBe(false);
  });
});
