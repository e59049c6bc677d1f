import { type RecommendationId, recommendationId } from '../../domain/ids.js';
import {
  isEmpty,
  readFlag,
  readOptionalId,
  readOptionId,
  readPollId,
  readText,
  readTime,
  readUserId,
} from '../../intake/cells.js';
import { RowFault } from '../../intake/reject-reason.js';
import type { RowSchema } from '../../intake/row-reader.js';
import type { AnswerOwner, CreditableVote } from '../../models/evaluation/off-policy/credit-votes.js';
import type { ListedChance } from '../../models/evaluation/off-policy/listed-rule.js';
import { type Warn, warnOfRejects } from './evaluation-polls.js';
import { readRows } from './read-rows.js';

const VOTES: RowSchema = {
  kind: 'votes',
  required: [['user_id'], ['poll_id'], ['option']],
  optional: ['voted_at', 'is_author', 'recommendation_id'],
  multiLine: [],
};
const IMPRESSIONS: RowSchema = {
  kind: 'impressions',
  required: [['user_id'], ['recommendation_id']],
  optional: [],
  multiLine: [],
};
const TARGET: RowSchema = {
  kind: 'target',
  required: [['recommendation_id'], ['position'], ['poll_id'], ['probability']],
  optional: [],
  multiLine: [],
};

type Cells = (name: string) => unknown;
/** Reads a row, or throws what is wrong with it, which `readFile` catches. */
type RowParser<T> = (cell: Cells) => T | null;

/** The value of a cell, or the fault thrown: rows have many cells, each of which may be at fault. */
function sound<T>(value: T | RowFault): T {
  if (value instanceof RowFault) throw value;
  return value;
}

const namedAnswer = (cell: Cells): RecommendationId | null => {
  const id = sound(readOptionalId(cell('recommendation_id'), 'recommendation_id'));
  return id === null ? null : recommendationId(id);
};

async function readFile<T>(
  path: string,
  { schema, parse, warn }: { readonly schema: RowSchema; readonly parse: RowParser<T>; readonly warn: Warn },
): Promise<T[]> {
  const parsed = await readRows<T | null>(path, schema, (columns) => (values) => {
    try {
      return parse((name) => values[columns.indexOf(name)]);
    } catch (fault) {
      if (fault instanceof RowFault) return fault;
      throw fault;
    }
  });
  warnOfRejects(path, parsed, warn);
  return parsed.rows.filter((row) => row !== null);
}

/** Votes in the format of `hunch import`, in order of time; those that posting a poll writes for its author are left out. */
export async function readCreditableVotes(path: string, warn: Warn): Promise<CreditableVote[]> {
  const parse: RowParser<CreditableVote> = (cell) => {
    const votedAt = cell('voted_at');
    if (sound(readFlag(cell('is_author'), 'is_author'))) return null;
    return {
      userId: sound(readUserId(cell('user_id'), 'user_id')),
      pollId: sound(readPollId(cell('poll_id'), 'poll_id')),
      optionId: sound(readOptionId(cell('option'), 'option')),
      votedAt: isEmpty(votedAt) ? null : sound(readTime(votedAt, 'voted_at')),
      recommendationId: namedAnswer(cell),
    };
  };
  const votes = await readFile(path, { schema: VOTES, parse, warn });
  return votes.sort((a, b) => (a.votedAt ?? 0) - (b.votedAt ?? 0));
}

/** Whom answers were shown to, from impressions in the format of `hunch import`. */
export async function readAnswerOwners(path: string, warn: Warn): Promise<AnswerOwner[]> {
  const parse: RowParser<AnswerOwner> = (cell) => {
    const answer = namedAnswer(cell);
    if (answer === null) return null;
    return { userId: sound(readUserId(cell('user_id'), 'user_id')), recommendationId: answer };
  };
  return readFile(path, { schema: IMPRESSIONS, parse, warn });
}

/** `recommendation_id,position,poll_id,probability`: what a target policy shows. */
export async function readListedChances(path: string, warn: Warn): Promise<ListedChance[]> {
  const number = (cell: Cells, name: string, isRight: (value: number) => boolean): number => {
    const text = sound(readText(cell(name), name));
    const value = text === '' ? Number.NaN : Number(text);
    if (isRight(value)) return value;
    throw new RowFault('BAD_VALUE', `${name} is not usable; got "${text}".`);
  };
  const parse: RowParser<ListedChance> = (cell) => {
    const answer = namedAnswer(cell);
    if (answer === null) throw new RowFault('MISSING_FIELD', 'recommendation_id is empty.');
    return {
      recommendationId: answer,
      position: number(cell, 'position', (value) => Number.isInteger(value) && value >= 0),
      pollId: sound(readPollId(cell('poll_id'), 'poll_id')),
      probability: number(cell, 'probability', (value) => value >= 0 && value <= 1),
    };
  };
  return readFile(path, { schema: TARGET, parse, warn });
}
