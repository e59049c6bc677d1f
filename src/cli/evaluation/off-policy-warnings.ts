import type { OffPolicyDocument } from './off-policy-report.js';

/** Below this many places' worth of information a standard error can not be trusted itself. */
const SMALL_SAMPLE = 100;
/** Mass without support from which on estimates are about another policy than the target. */
const NEGLIGIBLE_SHARE = 0.001;
/** Standard errors that a mean weight is away from what true propensities give. */
const FAR = 4;

type Facts = Omit<OffPolicyDocument, 'warnings'>;

const count = (value: number): string => value.toFixed(0);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What stands against trusting an evaluation, a sentence each; empty where nothing does. */
export function offPolicyWarnings(facts: Facts): string[] {
  return [...inputWarnings(facts), ...supportWarnings(facts)];
}

function* inputWarnings({ answers, votes, places, placesLeftOut, target }: Facts): Generator<string> {
  if (places === 0) yield 'No place of any answer can be evaluated: there is nothing to estimate from.';
  if (votes.read > 0 && votes.byName + votes.byUser === 0) {
    yield 'No vote could be credited to an answer. Votes want the recommendation_id of the answer that led to them.';
  }
  if (placesLeftOut > 0) {
    yield `${placesLeftOut} places are left out, since what the target shows there is not known; the rest need not be like them.`;
  }
  if (target.file === null && answers.exploring === 0) {
    yield 'No place of the log could explore, so another exploration can not be told from the log.';
  }
}

function* supportWarnings({ support, clusters }: Facts): Generator<string> {
  const { changedPlaces, changedEffectiveSampleSize, unsupportedShare, meanWeight } = support;
  if (changedPlaces > 0 && changedEffectiveSampleSize < SMALL_SAMPLE) {
    yield `The two policies differ at ${changedPlaces} places, which are worth ${count(changedEffectiveSampleSize)} equally weighted ones; below ${SMALL_SAMPLE} neither value nor error can be trusted. Log for longer, or compare policies that are closer.`;
  }
  if (clusters > 1 && clusters < SMALL_SAMPLE) {
    yield `The log is of ${clusters} users and answers of unknown users; standard errors want ${SMALL_SAMPLE} or more.`;
  }
  if (unsupportedShare > NEGLIGIBLE_SHARE) {
    yield `The target gives ${percent(unsupportedShare)} of the places to polls that the logging policy never shows there. ips counts these as worth nothing, snips as the others, dm and dr as the reward model guesses.`;
  }
  const error = meanWeight?.standardError ?? 0;
  if (meanWeight !== null && error > 0) {
    const excess = meanWeight.mean - (1 - unsupportedShare);
    if (Math.abs(excess) > FAR * error) {
      yield `The weights have a mean of ${meanWeight.mean.toFixed(3)} where ${(1 - unsupportedShare).toFixed(3)} is expected: the propensities of the log, or the probabilities of the target, are not true.`;
    }
  }
}
