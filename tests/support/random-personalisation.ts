import fc from 'fast-check';
import { optionId, pollId } from '../../src/domain/ids.js';
import { packedSize } from '../../src/models/factors/packed-matrix.js';
import type { GraphFilter } from '../../src/models/graph-filter/train-graph-filter.js';
import { groupInterests } from '../../src/models/personalisation/interest-groups.js';
import type {
  EvidenceTable,
  PersonalisationModel,
  QuestionTable,
} from '../../src/models/personalisation/personalisation-model.js';
import { DEFAULT_SETTINGS } from '../../src/models/personalisation/settings.js';
import type { TokenTable } from '../../src/models/personalisation/token-table.js';
import type { TrainingPoll } from '../../src/models/training-poll.js';
import { stableShare } from '../../src/models/votes/stable-hash.js';

export const RANDOM_POLLS = 30;
const OPTIONS = ['agree', 'disagree', 'pass', '@skip'] as const;
const PROFILE_WEIGHTS = [1, 1, 0.5, -0.25];
/** How much one vote tells of the factors. */
const SHARPNESS = 0.6;

export interface RandomOptions {
  readonly factorCount: number;
  /** By default 0: the order of a history does not matter. */
  readonly recencyPower?: number;
  /** Gives a poll another id; by default the poll at place n is `p{n}`. */
  readonly rename?: (place: number) => string;
}

/** Any history: votes and skips, some of them twice, and what no model knows. */
export const randomHistories = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .record({
          place: fc.integer({ min: 0, max: RANDOM_POLLS - 1 }),
          option: fc.constantFrom(...OPTIONS),
        })
        .map(({ place, option }) => `p${place}:${option}`),
    },
    fc.constantFrom('gone:agree', 'p1:maybe', '@topic:none', '', ':', '@'),
  ),
  { maxLength: 15 },
);

/** Between −1 and 1, always the same for a name. */
const draw = (name: string, at: number): number => 2 * stableShare(name, `${at}`) - 1;

/**
 * A model of random numbers, always the same, whose every part matters: polls of one, two and no topics, polls without loadings, tokens
 * that say nothing. History tokens are `p{n}:agree`, `:disagree`, `:pass` and `:@skip`.
 */
export function randomPersonalisation({
  factorCount,
  recencyPower = 0,
  rename = (place) => `p${place}`,
}: RandomOptions): PersonalisationModel {
  const polls = Array.from(
    { length: RANDOM_POLLS },
    (_, place): TrainingPoll => ({
      id: pollId(rename(place)),
      optionIds: OPTIONS.slice(0, 3).map(optionId),
      topics: [[], ['north'], ['south'], ['north', 'west']][place % 4] ?? [],
      language: [null, 'en', 'de'][place % 3] ?? null,
      question: '',
    }),
  );
  const votes = polls.map((_, place) => 5 + place * 3);
  const groups = groupInterests(polls, votes, DEFAULT_SETTINGS);
  return {
    settings: DEFAULT_SETTINGS,
    polls: polls.map((poll) => poll.id),
    tokens: tokenTable(polls, groups),
    factorCount,
    evidence: evidenceTable(factorCount),
    liking: questionTable('liking', 0, factorCount),
    answer: questionTable('answer', 0.6, factorCount),
    calibration: {
      liking: { slope: 1.6, intercept: 0.2 },
      answer: { slope: 1.3, intercept: -0.3 },
    },
    covotes: { filter: graphFilter(), recencyPower },
    blend: DEFAULT_SETTINGS.blend,
    groups,
    priors: {
      popularity: Float32Array.from([...votes, 0], (count) => count / 100),
      combinations: Int32Array.from([...groups.combinationOfPoll, 0]),
    },
  };
}

function tokenTable(
  polls: readonly TrainingPoll[],
  { slotsOfPoll, ignored }: ReturnType<typeof groupInterests>,
): TokenTable {
  const tokens = polls.flatMap(({ id }) => OPTIONS.map((option) => `${id}:${option}`));
  const slotWidth = Math.max(...slotsOfPoll.map((slots) => slots.length));
  const size = tokens.length + 1;
  const slots = new Int32Array(size * slotWidth).fill(ignored);
  tokens.forEach((_, token) => {
    slots.set(slotsOfPoll[Math.floor(token / OPTIONS.length)] ?? [], token * slotWidth);
  });
  return {
    tokens,
    rows: Int32Array.from({ length: size }, (_, token) =>
      token === tokens.length || token % 6 === 5 || token % OPTIONS.length === 3 ? 0 : token + 1,
    ),
    polls: Int32Array.from({ length: size }, (_, token) =>
      token % OPTIONS.length === 3 ? RANDOM_POLLS : Math.floor(token / OPTIONS.length),
    ),
    profileWeights: Float32Array.from({ length: size }, (_, token) =>
      token === tokens.length ? 0 : (PROFILE_WEIGHTS[token % OPTIONS.length] as number),
    ),
    slots,
    slotWidth,
  };
}

/** Some of a poll's neighbours come twice, and some weigh against it. */
function graphFilter(): GraphFilter {
  const [rank, width] = [3, 5];
  const floats = (name: string, size: number): Float32Array =>
    Float32Array.from({ length: RANDOM_POLLS * size }, (_, at) => draw(name, at));
  return {
    rank,
    left: floats('left', rank),
    right: floats('right', rank),
    neighbours: {
      width,
      places: Int32Array.from({ length: RANDOM_POLLS * width }, (_, at) =>
        Math.floor(stableShare('neighbour', `${at}`) * RANDOM_POLLS),
      ),
      weights: floats('neighbour weight', width),
    },
  };
}

/** Each token tells of two directions. */
function evidenceTable(k: number): EvidenceTable {
  const rowCount = RANDOM_POLLS * OPTIONS.length + 1;
  const precisions = new Float32Array(rowCount * packedSize(k));
  const evidence = new Float32Array(rowCount * k);
  for (let row = 1; row < rowCount; row += 1) {
    for (const side of ['first', 'second']) {
      const direction = Array.from({ length: k }, (_, factor) => SHARPNESS * draw(side, row * k + factor));
      const residual = draw(`${side} value`, row);
      let at = row * packedSize(k);
      direction.forEach((own, i) => {
        evidence[row * k + i] = (evidence[row * k + i] as number) + residual * own;
        for (const other of direction.slice(0, i + 1)) {
          precisions[at] = (precisions[at] as number) + own * other;
          at += 1;
        }
      });
    }
  }
  return { rowCount, precisions, evidence };
}

/** The last poll and the unknown one have no loadings. */
function questionTable(name: string, middle: number, k: number): QuestionTable {
  const size = RANDOM_POLLS + 1;
  return {
    means: Float32Array.from({ length: size }, (_, poll) => middle + 0.5 * draw(`${name} mean`, poll)),
    loadings: Float32Array.from({ length: size * k }, (_, at) =>
      at >= (size - 2) * k ? 0 : draw(`${name} loading`, at),
    ),
    noises: Float32Array.from({ length: size }, (_, poll) => 0.6 + 0.4 * draw(`${name} noise`, poll)),
  };
}
