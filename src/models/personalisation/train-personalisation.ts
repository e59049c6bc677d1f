import { HunchError } from '../../domain/errors.js';
import type { Polarity } from '../../domain/polarity.js';
import { askedQuestions } from '../factors/asked-questions.js';
import { FactorFit } from '../factors/fit-factors.js';
import { readSigns } from '../factors/poll-signs.js';
import { layOutQuestions, type QuestionColumns } from '../factors/question-columns.js';
import { tokenLogOf } from '../factors/token-log.js';
import { topicBlocks } from '../factors/topic-blocks.js';
import { trainGraphFilter } from '../graph-filter/train-graph-filter.js';
import { vectoriseTexts } from '../text/character-grams.js';
import type { TrainingPoll } from '../training-poll.js';
import { sampleUsers } from '../votes/sample-users.js';
import { carriesOrder, type VoteLog } from '../votes/vote-log.js';
import { blendWithout } from './blend.js';
import { calibrate } from './calibration.js';
import { groupInterests, type InterestGroups } from './interest-groups.js';
import { evidenceTable, questionTables } from './model-tables.js';
import type { PersonalisationModel } from './personalisation-model.js';
import { type Blend, DEFAULT_SETTINGS, type PersonalisationSettings } from './settings.js';
import { tabulateTokens } from './token-table.js';

/** A poll with fewer votes tells nothing of polls with similar questions. */
const FEWEST_VOTES = 3;

export interface TrainingInput {
  readonly polls: readonly TrainingPoll[];
  readonly polarity: Polarity;
  /** One vote for each user and poll; authors' own votes left out. */
  readonly votes: VoteLog;
}

export interface TrainingOptions {
  readonly settings?: PersonalisationSettings;
  /** Told when a phase begins, and again with every round of it: for progress and for timing. */
  readonly onPhase?: (phase: TrainingPhase) => void;
}

export type TrainingPhase = 'count' | 'fit' | 'calibrate' | 'fit-all' | 'filter' | 'tabulate';

/**
 * Learns the personal model. Deterministic: the same input gives the same numbers. Throws INVALID_DATA where there is no poll, and
 * INVALID_MODEL where the numbers do not come out finite.
 */
export function trainPersonalisation(
  { polls, polarity, votes }: TrainingInput,
  { settings = DEFAULT_SETTINGS, onPhase = () => {} }: TrainingOptions = {},
): PersonalisationModel {
  if (polls.length === 0) {
    throw new HunchError(
      'INVALID_DATA',
      'There is no poll to learn. Import polls, or wait for the first ones.',
    );
  }
  onPhase('count');
  const signs = askedQuestions(
    polls.map((poll) => readSigns(poll, polarity)),
    votes,
  );
  const columns = layOutQuestions(signs, {
    neutralWeight: settings.factors.neutralWeight,
    isContested: contestedPolls(votes, polls.length),
  });
  const counts = countVotes(votes, columns);
  const isSampled = sampleUsers(votes, settings.factors.mostVotes);
  const blocks = topicBlocks(polls, counts.votes, FEWEST_VOTES);
  const { meanHalfLife } = settings.factors;
  const log = tokenLogOf(votes, { columns, blocks, meanHalfLife, isUsed: isSampled });
  const fit = new FactorFit(
    {
      columns,
      ...counts,
      blocks,
      vectors: vectoriseTexts(polls.map((poll) => poll.question)),
    },
    log,
    settings.factors,
  );
  const withheld = calibrationUsers(votes, settings);
  const isWithheld = new Set(withheld);
  const { rounds, finalRounds } = settings.factors;
  fit.run(log, { rounds, isUsed: (user) => !isWithheld.has(user), onRound: () => onPhase('fit') });
  onPhase('calibrate');
  const calibration = calibrate(fit.model, log, withheld);
  fit.run(log, { rounds: finalRounds, isUsed: () => true, onRound: () => onPhase('fit-all') });

  onPhase('filter');
  const { filter, recencyPower } = settings.covotes;
  const covotes = {
    filter: trainGraphFilter(votes, polls.length, { settings: filter, onRound: () => onPhase('filter') }),
    recencyPower: carriesOrder(votes) ? recencyPower : 0,
  };

  onPhase('tabulate');
  const groups = groupInterests(polls, counts.votes, settings);
  const { evidence, rowOfToken } = evidenceTable(fit.model);
  const most = Math.log1p(counts.votes.reduce((a, b) => Math.max(a, b), 1));
  return checked({
    settings,
    polls: polls.map((poll) => poll.id),
    tokens: tabulateTokens(polls, { signs, columns, groups, rowOfToken }, settings),
    factorCount: fit.model.factorCount,
    evidence,
    ...questionTables(fit.model, fit.priors),
    calibration,
    covotes,
    blend: blendWithout(settings.blend, missingTerms(columns, { votes, groups })),
    groups,
    priors: {
      popularity: Float32Array.from([...counts.votes, 0], (count) => Math.log1p(count) / most),
      combinations: Int32Array.from([...groups.combinationOfPoll, 0]),
    },
  });
}

/** Whether the votes on a poll went to more than one option. */
function contestedPolls({ polls, options, voteCount }: VoteLog, count: number): (poll: number) => boolean {
  const first = new Int16Array(count).fill(-1);
  const contested = new Uint8Array(count);
  for (let at = 0; at < voteCount; at += 1) {
    const poll = polls[at] as number;
    const option = options[at] as number;
    if (first[poll] === -1) first[poll] = option;
    else if (first[poll] !== option) contested[poll] = 1;
  }
  return (poll) => contested[poll] === 1;
}

function countVotes(
  log: VoteLog,
  { firstTokens, tokenCount }: QuestionColumns,
): { readonly counts: Float64Array; readonly votes: Float64Array } {
  const counts = new Float64Array(tokenCount);
  const votes = new Float64Array(firstTokens.length - 1);
  for (let at = 0; at < log.voteCount; at += 1) {
    const poll = log.polls[at] as number;
    const token = (firstTokens[poll] as number) + (log.options[at] as number);
    counts[token] = (counts[token] as number) + 1;
    votes[poll] = (votes[poll] as number) + 1;
  }
  return { counts, votes };
}

/** Terms of the score that nothing can be said of. */
function missingTerms(
  { likingColumns, answerColumns }: QuestionColumns,
  { votes, groups }: { readonly votes: VoteLog; readonly groups: InterestGroups },
): Set<keyof Blend> {
  const isMissing: Partial<Record<keyof Blend, boolean>> = {
    liking: likingColumns.every((column) => column < 0),
    answer: answerColumns.every((column) => column < 0),
    interest: groups.combinationOfPoll.every((combination, _, all) => combination === all[0]),
    covotes: votes.voteCount === 0,
  };
  return new Set((Object.keys(isMissing) as (keyof Blend)[]).filter((term) => isMissing[term] === true));
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

function checked(model: PersonalisationModel): PersonalisationModel {
  const { evidence, liking, answer, calibration, covotes } = model;
  const numbers: readonly (readonly [string, Iterable<number>])[] = [
    ['precisions of tokens', evidence.precisions],
    ['evidence of tokens', evidence.evidence],
    ['liking means', liking.means],
    ['liking loadings', liking.loadings],
    ['liking noises', liking.noises],
    ['answer means', answer.means],
    ['answer loadings', answer.loadings],
    ['answer noises', answer.noises],
    ['left factors of co-votes', covotes.filter.left],
    ['right factors of co-votes', covotes.filter.right],
    ['neighbours by co-votes', covotes.filter.neighbours.weights],
    ['calibration', [...Object.values(calibration.liking), ...Object.values(calibration.answer)]],
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
