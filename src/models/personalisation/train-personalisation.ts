import { HunchError } from '../../domain/errors.js';
import type { Polarity } from '../../domain/polarity.js';
import type { TrainingPoll } from '../training-poll.js';
import type { VoteLog } from '../votes/vote-log.js';
import { calibrate } from './calibration.js';
import { type ColumnLayout, layOutColumns } from './column-layout.js';
import { groupInterests, type InterestGroups } from './interest-groups.js';
import { PairStatistics } from './pair-statistics.js';
import type { PersonalisationModel } from './personalisation-model.js';
import { countPriors, type PollPriors } from './poll-priors.js';
import { readSigns } from './poll-signs.js';
import { DEFAULT_SETTINGS, type PersonalisationSettings } from './settings.js';
import { solveTasteWeights, type TasteWeights } from './taste-weights.js';
import { tabulateTokens } from './token-table.js';
import { type ColumnReading, voteResiduals } from './vote-residuals.js';

/** Nothing is taken for surer than one in a million. */
const SMALLEST_CHANCE = 1e-6;

export interface TrainingInput {
  readonly polls: readonly TrainingPoll[];
  readonly polarity: Polarity;
  /** One vote for each user and poll; authors' own votes left out. */
  readonly votes: VoteLog;
}

export interface TrainingOptions {
  readonly settings?: PersonalisationSettings;
  /** Told when a phase begins: for progress and for timing. */
  readonly onPhase?: (phase: TrainingPhase) => void;
}

export type TrainingPhase = 'count' | 'pairs' | 'solve' | 'calibrate' | 'solve-again' | 'tabulate';

/**
 * Learns the personal model. Deterministic: the same input gives the same numbers. Throws INVALID_DATA where there is no poll, and
 * INVALID_MODEL where the numbers do not come out finite.
 */
export function trainPersonalisation(
  input: TrainingInput,
  { settings = DEFAULT_SETTINGS, onPhase = () => {} }: TrainingOptions = {},
): PersonalisationModel {
  const { polls, votes } = input;
  if (polls.length === 0) {
    throw new HunchError(
      'INVALID_DATA',
      'There is no poll to learn. Import polls, or wait for the first ones.',
    );
  }
  onPhase('count');
  const signs = polls.map((poll) => readSigns(poll, input.polarity));
  const priors = countPriors({ polls, signs, votes }, settings);
  const layout = layOutColumns(signs, priors, settings);
  const reading: ColumnReading = { layout, signs, residuals: voteResiduals(signs, priors, settings) };

  onPhase('pairs');
  const statistics = new PairStatistics(reading);
  const withheld = calibrationUsers(votes, settings);
  const isWithheld = new Set(withheld);
  for (let user = 0; user < votes.userCount; user += 1) {
    if (!isWithheld.has(user)) statistics.addUser(votes, user, settings.maxVotesPerUser);
  }
  onPhase('solve');
  const unseen = solveTasteWeights(statistics, reading, settings);
  onPhase('calibrate');
  const calibration = calibrate({ reading, priors, weights: unseen, votes, users: withheld }, settings);
  onPhase('solve-again');
  for (const user of withheld) statistics.addUser(votes, user, settings.maxVotesPerUser);
  const weights = withheld.length === 0 ? unseen : solveTasteWeights(statistics, reading, settings);

  onPhase('tabulate');
  const groups = groupInterests(polls, priors, settings);
  const order = modelOrder(layout, polls.length);
  return checked({
    settings,
    polls: order.map((poll) => (polls[poll] as TrainingPoll).id),
    tokens: tabulateTokens(polls, { reading, groups }, settings),
    weights: atLeastOne(weights),
    calibration,
    groups,
    priors: orderedPriors(order, priors, groups),
  });
}

/** Every tenth user or fewer, by a hash of the id: the same users whatever the order. */
function calibrationUsers(votes: VoteLog, settings: PersonalisationSettings): number[] {
  const wanted = Math.min(settings.calibrationUsers, Math.floor(votes.userCount / 10));
  return Array.from(votes.userHashes, (hash, user) => ({ hash, user }))
    .sort((a, b) => a.hash - b.hash || a.user - b.user)
    .slice(0, wanted)
    .map(({ user }) => user)
    .sort((a, b) => a - b);
}

/** Catalogue places in the order of the model: polls with a personal score, then the others. */
function modelOrder({ polls, polarCount }: ColumnLayout, count: number): number[] {
  const first = [...polls.subarray(0, polarCount)];
  const taken = new Set(first);
  const others = Array.from({ length: count }, (_, poll) => poll).filter((poll) => !taken.has(poll));
  return [...first, ...others];
}

function orderedPriors(
  order: readonly number[],
  priors: PollPriors,
  groups: InterestGroups,
): PersonalisationModel['priors'] {
  const most = Math.log1p(priors.votes.reduce((a, b) => Math.max(a, b), 1));
  // A share that rounds to 0 or 1 has no finite log-odds.
  const logit = (share: number): number => {
    const chance = Math.min(1 - SMALLEST_CHANCE, Math.max(SMALLEST_CHANCE, share));
    return Math.log(chance / (1 - chance));
  };
  const { overall } = priors;
  return {
    means: Float32Array.from([...order.map((poll) => priors.means[poll] as number), overall.mean]),
    answerLogits: Float32Array.from([
      ...order.map((poll) => logit(priors.answeredShares[poll] as number)),
      logit(overall.answeredShare),
    ]),
    popularity: Float32Array.from([
      ...order.map((poll) => Math.log1p(priors.votes[poll] as number) / most),
      0,
    ]),
    combinations: Int32Array.from([...order.map((poll) => groups.combinationOfPoll[poll] as number), 0]),
  };
}

/** A model without personal scores holds weights of zero for one poll, so that its graph needs no second form. */
function atLeastOne(weights: TasteWeights): TasteWeights {
  const rowCount = Math.max(1, weights.rowCount);
  return weights.data.length > 0 ? weights : { rowCount, columnCount: 1, data: new Float32Array(rowCount) };
}

function checked(model: PersonalisationModel): PersonalisationModel {
  const { weights, calibration, priors, tokens } = model;
  const numbers: readonly (readonly [string, Iterable<number>])[] = [
    ['weights', weights.data],
    ['calibration', Object.values(calibration)],
    ['means', priors.means],
    ['answer shares', priors.answerLogits],
    ['token values', tokens.values],
  ];
  for (const [name, values] of numbers) {
    for (const value of values) {
      if (Number.isFinite(value)) continue;
      throw new HunchError(
        'INVALID_MODEL',
        `The trained ${name} hold ${value}, where every number must be finite. Look at the polarity table and the votes of this run.`,
      );
    }
  }
  return model;
}
