import type { BenchmarkResult } from './benchmark.js';

/** A figure of one round. */
export type Measure = () => Promise<number>;

export interface Contest {
  readonly name: string;
  readonly unit: BenchmarkResult['unit'];
  readonly yardstickName: string;
  readonly rounds: number;
  readonly ours: Measure;
  readonly yardstick: Measure;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

const DIGITS = 4;
const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

/** The middle of the values; between the two middle ones where their number is even. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/** (highest − lowest) ÷ median. */
export const spread = (values: readonly number[]): number =>
  (Math.max(...values) - Math.min(...values)) / median(values);

/**
 * Measures ours and the yardstick in turns, the one that goes first changing from round to round, so that what else the
 * machine does falls on both alike.
 */
export async function compare(contest: Contest): Promise<BenchmarkResult> {
  const { name, unit, yardstickName, rounds, signal, progress } = contest;
  const ours: number[] = [];
  const yardstick: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const turns = [
      async () => ours.push(await contest.ours()),
      async () => yardstick.push(await contest.yardstick()),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) {
      signal.throwIfAborted();
      await turn();
    }
    const figures = [ours, yardstick].map((values) => rounded(values.at(-1) ?? Number.NaN));
    progress(
      `${name}: round ${round + 1} of ${rounds}: ${figures[0]} ${unit}, ${yardstickName} ${figures[1]}`,
    );
  }
  return resultOf(contest, ours, yardstick);
}

function resultOf(
  { name, unit, yardstickName }: Contest,
  oursByRound: readonly number[],
  yardstickByRound: readonly number[],
): BenchmarkResult {
  const [ours, yardstick] = [median(oursByRound), median(yardstickByRound)];
  const lessIsBetter = unit === 'ms';
  return {
    name,
    unit,
    ours: rounded(ours),
    yardstick: { name: yardstickName, value: rounded(yardstick) },
    ratio: rounded(lessIsBetter ? yardstick / ours : ours / yardstick),
    spread: rounded(Math.max(spread(oursByRound), spread(yardstickByRound))),
    ...(lessIsBetter ? { addedMs: rounded(ours - yardstick) } : {}),
  };
}
