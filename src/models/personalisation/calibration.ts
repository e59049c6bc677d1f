import { fitLogistic } from '../linear-algebra/logistic-regression.js';
import type { VoteLog } from '../votes/vote-log.js';
import type { PollPriors } from './poll-priors.js';
import type { PersonalisationSettings } from './settings.js';
import type { TasteWeights } from './taste-weights.js';
import type { ColumnReading } from './vote-residuals.js';

/**
 * liking = σ(mean · m(i) + taste · t(u,i) + intercept), m(i) being the poll's smoothed mean and t(u,i) the sum of weights of the
 * user's history, times `historyGain` of its length.
 */
export interface Calibration {
  readonly mean: number;
  readonly taste: number;
  readonly intercept: number;
}

/** What the fit gives on the real votes; small data sets stay near it. */
const PRIOR: Calibration = { mean: 3.1, taste: 5.4, intercept: 0 };
/** As a ridge: a few hundred votes outweigh it. */
const PRIOR_WEIGHT = 10;

/** Few votes must count for more each: 2 with none, 1.5 with `shortHistory` votes, 1 with endlessly many. */
export const historyGain = (length: number, { shortHistory }: PersonalisationSettings): number =>
  1 + shortHistory / (length + shortHistory);

/** The row of the weights that a vote multiplies, and by what; null where the poll has no columns. */
export function tokenWeight(
  { layout, signs, residuals }: ColumnReading,
  poll: number,
  option: number,
): { readonly row: number; readonly value: number } | null {
  const slot = layout.slots[poll] as number;
  if (slot < 0) return null;
  const first = layout.firstColumns[slot] as number;
  return signs[poll]?.polar === true
    ? { row: first, value: residuals.signed[poll]?.[option] as number }
    : { row: first + option, value: 1 };
}

export interface CalibrationInput {
  readonly reading: ColumnReading;
  readonly priors: PollPriors;
  readonly weights: TasteWeights;
  readonly votes: VoteLog;
  /** Users whose votes the weights have not seen. */
  readonly users: readonly number[];
}

/** Fits the three numbers on users the weights have not seen: from the first half of each one's votes to the second. */
export function calibrate(input: CalibrationInput, settings: PersonalisationSettings): Calibration {
  const { votes, reading, priors } = input;
  const features: number[] = [];
  const labels: number[] = [];
  for (const user of input.users) {
    const end = votes.starts[user + 1] as number;
    const start = Math.max(votes.starts[user] as number, end - settings.maxVotesPerUser);
    const half = start + Math.floor((end - start) / 2);
    const history = rowsOf(input, start, half);
    const gain = historyGain(history.known, settings);
    for (let at = half; at < end; at += 1) {
      const poll = votes.polls[at] as number;
      const value = reading.signs[poll]?.values[votes.options[at] as number] as number;
      if (value === 0) continue;
      features.push(priors.means[poll] as number, gain * tasteOf(input, history.rows, poll), 1);
      labels.push(value > 0 ? 1 : 0);
    }
  }
  const prior = [PRIOR.mean, PRIOR.taste, PRIOR.intercept];
  const [mean, taste, intercept] = fitLogistic({
    features,
    width: 3,
    labels,
    prior,
    priorWeight: PRIOR_WEIGHT,
  });
  return {
    // A negative slope would turn the order round; where the votes ask for that, they say nothing.
    mean: Math.max(0, mean as number),
    taste: Math.max(0, taste as number),
    intercept: intercept as number,
  };
}

interface WeightedRow {
  readonly row: number;
  readonly value: number;
}

function rowsOf(
  { reading, votes }: CalibrationInput,
  from: number,
  to: number,
): { rows: WeightedRow[]; known: number } {
  const rows: WeightedRow[] = [];
  for (let at = from; at < to; at += 1) {
    const found = tokenWeight(reading, votes.polls[at] as number, votes.options[at] as number);
    if (found !== null) rows.push(found);
  }
  return { rows, known: rows.length };
}

function tasteOf({ reading, weights }: CalibrationInput, rows: readonly WeightedRow[], poll: number): number {
  const slot = reading.layout.slots[poll] as number;
  if (slot < 0 || slot >= weights.columnCount) return 0;
  let sum = 0;
  for (const { row, value } of rows)
    sum += value * (weights.data[row * weights.columnCount + slot] as number);
  return sum;
}
