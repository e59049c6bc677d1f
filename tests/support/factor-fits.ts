import { optionId, pollId } from '../../src/domain/ids.js';
import { DEFAULT_POLARITY } from '../../src/domain/polarity.js';
import { evidenceOf, type FactorModel } from '../../src/models/factors/factor-model.js';
import { FACTOR_SETTINGS, type FactorSettings } from '../../src/models/factors/factor-settings.js';
import { FactorFit, type FactorInput } from '../../src/models/factors/fit-factors.js';
import { readSigns } from '../../src/models/factors/poll-signs.js';
import { type ColumnValue, layOutQuestions } from '../../src/models/factors/question-columns.js';
import type { TokenLog } from '../../src/models/factors/token-log.js';
import { topicBlocks } from '../../src/models/factors/topic-blocks.js';
import { UserPosterior } from '../../src/models/factors/user-posterior.js';
import { factoriseCholesky } from '../../src/models/linear-algebra/cholesky.js';
import { solvePositiveDefinite } from '../../src/models/linear-algebra/small-system.js';
import { vectoriseTexts } from '../../src/models/text/character-grams.js';
import type { TrainingPoll } from '../../src/models/training-poll.js';
import { Random } from '../../src/samples/random.js';

/** Votes of one user: places of a poll and of one of its options. */
export type History = readonly (readonly [poll: number, option: number])[];

export interface FactorVotes {
  readonly polls: readonly TrainingPoll[];
  /** By user. */
  readonly histories: readonly History[];
}

const SIDES = ['agree', 'disagree', 'pass'];
const CHOICES = ['tea', 'coffee', 'water'];

export const SMALL_SETTINGS: FactorSettings = { ...FACTOR_SETTINGS, factors: 3 };

export const makePoll = (place: number, question = ''): TrainingPoll => ({
  id: pollId(`p${place}`),
  optionIds: (place % 4 === 3 ? CHOICES : SIDES).map(optionId),
  topics: ['one'],
  language: null,
  question,
});

/** Users with two hidden tastes vote on some of the polls; every fourth poll has options without a side. */
export function factorVotes(
  seed: number,
  { users = 60, polls = 8 }: { readonly users?: number; readonly polls?: number } = {},
): FactorVotes {
  const random = new Random(seed);
  const pulls = Array.from({ length: polls }, () => [2 * random.normal(), random.normal()]);
  const histories = Array.from({ length: users }, () => {
    const tastes = [random.normal(), random.normal()];
    return pulls.flatMap((pull, poll): [number, number][] => {
      if (!random.chance(0.7)) return [];
      const drawn = random.chance(1 / (1 + Math.exp(-dot(pull, tastes)))) ? 0 : 1;
      return [[poll, random.chance(0.15) ? 2 : drawn]];
    });
  });
  return { polls: pulls.map((_, place) => makePoll(place, `poll of sort ${place % 3}`)), histories };
}

/** What training makes of the votes, and the fit that starts from it. */
export function prepareFit(
  { polls, histories }: FactorVotes,
  settings: FactorSettings = SMALL_SETTINGS,
): { readonly fit: FactorFit; readonly input: FactorInput; readonly log: TokenLog } {
  const signs = polls.map((poll) => readSigns(poll, DEFAULT_POLARITY));
  const columns = layOutQuestions(signs, settings);
  const starts = new Uint32Array(histories.length + 1);
  const counts = new Float64Array(columns.tokenCount);
  const votes = new Float64Array(polls.length);
  const tokens: number[] = [];
  histories.forEach((history, user) => {
    for (const [poll, option] of history) {
      const token = (columns.firstTokens[poll] as number) + option;
      tokens.push(token);
      counts[token] = (counts[token] as number) + 1;
      votes[poll] = (votes[poll] as number) + 1;
    }
    starts[user + 1] = tokens.length;
  });
  const recency = new Float32Array(tokens.length).fill(1);
  const log = { tokens: Int32Array.from(tokens), starts, recency };
  const input = {
    columns,
    counts,
    votes,
    blocks: topicBlocks(polls, votes, 3),
    vectors: vectoriseTexts(polls.map((poll) => poll.question)),
  };
  return { fit: new FactorFit(input, log, settings), input, log };
}

export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);

/** What one user's votes say, column by column. */
export function valuesOf(
  { columns }: FactorInput,
  { tokens, starts }: TokenLog,
  user: number,
): readonly ColumnValue[] {
  return [...tokens.subarray(starts[user], starts[user + 1])].flatMap(
    (token) => columns.valuesOfToken[token] ?? [],
  );
}

/** Covariance of the values under the model, the loadings taken as sure: V Vᵀ + diag(noise / weight). */
export function covarianceOf(model: FactorModel, values: readonly ColumnValue[]): number[][] {
  const { factorCount: k, loadings, noises } = model;
  const own = values.map(({ column }) => [...loadings.subarray(column * k, (column + 1) * k)]);
  return own.map((a, row) =>
    own.map((b, place) => {
      const { column, weight } = values[row] as ColumnValue;
      return dot(a, b) + (row === place ? (noises[column] as number) / weight : 0);
    }),
  );
}

/** The logarithm of the density of all users' votes, but for a constant. */
export function logLikelihood(model: FactorModel, input: FactorInput, log: TokenLog): number {
  let sum = 0;
  for (let user = 0; user + 1 < log.starts.length; user += 1) {
    const values = valuesOf(input, log, user);
    const size = values.length;
    const data = Float64Array.from(covarianceOf(model, values).flat());
    const residuals = values.map(({ column, value }) => value - (model.means[column] as number));
    sum -= dot(residuals, solvePositiveDefinite(rowsOf(data, size), residuals)) / 2;
    factoriseCholesky({ size, data });
    for (let row = 0; row < size; row += 1) sum -= Math.log(data[row * size + row] as number);
  }
  return sum;
}

const rowsOf = (data: Float64Array, size: number): number[][] =>
  Array.from({ length: size }, (_, row) => [...data.subarray(row * size, (row + 1) * size)]);

/** What the model expects of every column for one user: fold-in of the user's votes. */
export function foretellColumns(model: FactorModel, log: TokenLog, user: number): number[] {
  const posterior = new UserPosterior(model.factorCount);
  const [start, end] = [log.starts[user] as number, log.starts[user + 1] as number];
  posterior.update(evidenceOf(model), log.tokens, { start, end });
  const z = [...posterior.mean];
  return [...model.means].map(
    (mean, column) => mean + dot(z, [...model.loadings.subarray(column * z.length, (column + 1) * z.length)]),
  );
}
