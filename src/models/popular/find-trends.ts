import { incompleteBeta } from '../statistics/incomplete-beta.js';

/** Share of the polls called trending that may be so by chance. */
const FALSE_DISCOVERY_RATE = 0.05;
/** Standard deviations between the rise and its lower bound: one-sided 95 %. */
const BOUND = 1.645;
/** Spread of the rates of polls about their mean as a gamma shape, where the votes do not tell or tell something extreme. */
const LEAST_SHAPE = 0.5;
const MOST_SHAPE = 50;
/** Polls with this many expected votes show whether rates change by themselves; so many are needed for it. */
const TELLING_VOTES = 5;
const TELLING_POLLS = 20;
const MOST_UNREST = 10;
const HALVINGS = 40;
/** Median of a squared standard normal variable. */
const MEDIAN_CHI_SQUARE = 0.4549;

/** Votes on one poll in the newest window and in the time before, and how many there were to be expected. */
export interface TrendCounts {
  readonly window: number;
  readonly before: number;
  /** Who saw the poll, or votes on all other polls while it was there: what its votes are measured by, in any unit. */
  readonly exposure: { readonly window: number; readonly before: number };
}

/** A gamma distribution of votes for each unit of exposure, over polls. */
interface RatePrior {
  readonly shape: number;
  /** Exposure that the prior is worth. */
  readonly exposure: number;
}

/**
 * How each poll rises: log2 of the lower bound of its rate in the window over its own rate before, or 0 where the rise is not
 * significant. The polls must share one unit of exposure.
 *
 * A poll's rate has a gamma prior, fitted to all polls by moments; with the votes of before, the votes of the window are negative
 * binomial, and the chance of as many or more is I_q(votes, shape), q being expected / (expected + shape). Where rates are steady
 * and the prior weak that is the conditional binomial test of two Poisson rates (Przyborowski and Wilenski 1940); where the
 * rates of most polls are not, `unrest` widens it. Of the polls that are significant at most 5 % are expected to be so by chance
 * (Benjamini and Hochberg 1995).
 */
export function findTrends(polls: readonly TrendCounts[]): number[] {
  const prior = fitRates(polls);
  const forecasts = polls.map((poll) => forecastOf(poll, prior));
  const variance = unrest(forecasts);
  const tests = forecasts.map(({ votes, expected, shape }): TrendTest => {
    const widened = 1 / (1 / shape + variance);
    const isTold = votes > 0 && expected > 0 && widened > 0;
    const chance = isTold ? incompleteBeta(expected / (expected + widened), votes, widened) : 1;
    return { votes, expected, shape: widened, chance };
  });
  const tested = polls.filter(({ window, before }) => window + before > 0).length;
  const limit = significanceLimit(
    tests.map(({ chance }) => chance),
    tested,
  );
  return tests.map((test) => (test.chance <= limit ? Math.max(0, boundOfRise(test)) : 0));
}

/** Votes of the window, and what the votes of before foretell: the mean and the gamma shape of their rate. */
interface Forecast {
  readonly votes: number;
  readonly expected: number;
  readonly shape: number;
}

interface TrendTest extends Forecast {
  /** Of as many votes or more without a rise. */
  readonly chance: number;
}

function forecastOf({ window, before, exposure }: TrendCounts, prior: RatePrior): Forecast {
  const shape = prior.shape + before;
  const past = prior.exposure + exposure.before;
  return { votes: window, expected: past > 0 ? (shape * exposure.window) / past : 0, shape };
}

function fitRates(polls: readonly TrendCounts[]): RatePrior {
  let votes = 0;
  let exposures = 0;
  for (const { window, before, exposure } of polls) {
    votes += window + before;
    exposures += exposure.window + exposure.before;
  }
  if (votes <= 0 || exposures <= 0) return { shape: LEAST_SHAPE, exposure: 0 };
  const rate = votes / exposures;
  let squares = 0;
  let excess = 0;
  for (const { window, before, exposure } of polls) {
    const expected = rate * (exposure.window + exposure.before);
    squares += expected ** 2;
    excess += (window + before - expected) ** 2 - expected;
  }
  const shape = excess <= 0 ? MOST_SHAPE : Math.min(MOST_SHAPE, Math.max(LEAST_SHAPE, squares / excess));
  return { shape, exposure: shape / rate };
}

/**
 * The variance, relative to the square of the mean, by which rates change from one window to the next beyond chance; 0 at the least. With it
 * the median of the squared deviations is that of a normal variable: a few true trends do not move the median.
 */
function unrest(forecasts: readonly Forecast[]): number {
  const telling = forecasts.filter(({ expected }) => expected >= TELLING_VOTES);
  if (telling.length < TELLING_POLLS) return 0;
  const isTooNarrow = (variance: number): boolean => {
    const squares = telling
      .map(
        ({ votes, expected, shape }) =>
          (votes - expected) ** 2 / (expected + expected ** 2 * (1 / shape + variance)),
      )
      .sort((a, b) => a - b);
    return (squares[Math.floor(squares.length / 2)] as number) > MEDIAN_CHI_SQUARE;
  };
  let [low, high] = [0, MOST_UNREST];
  if (!isTooNarrow(low)) return 0;
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (isTooNarrow(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** The largest chance that still counts as significant among so many tests; negative where none does. */
function significanceLimit(chances: readonly number[], tested: number): number {
  const sorted = chances.toSorted((a, b) => a - b);
  const place = sorted.findLastIndex(
    (chance, index) => chance <= (FALSE_DISCOVERY_RATE * (index + 1)) / Math.max(1, tested),
  );
  return place < 0 ? -1 : (sorted[place] as number);
}

/** log2 of the votes over those expected, less 1.645 standard errors of that logarithm. */
const boundOfRise = ({ votes, expected, shape }: TrendTest): number =>
  (Math.log(votes / expected) - BOUND * Math.sqrt(1 / votes + 1 / shape)) / Math.LN2;
