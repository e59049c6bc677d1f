import { BadInputError } from '../domain/errors.js';
import { optionId, pollId, userId } from '../domain/ids.js';
import type { Poll, PollOption } from '../domain/poll.js';
import { parseId, parseList } from './parse-arguments.js';
import type { PollInputObject, PollOptionInputObject } from './types/poll-input.js';

const MAX_QUESTION_LENGTH = 2_000;
const MAX_LABEL_LENGTH = 500;
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;

/**
 * A poll of the app as the domain spells it; rejects with BAD_USER_INPUT, naming where the fault lies under `path`. What makes a
 * poll one that can be voted on is checked where it is recorded.
 */
export function parsePoll(input: PollInputObject, path: string): Poll {
  const { createdAt, closesAt = null, language = null, authorId = null } = input;
  if (language !== null && !LANGUAGE.test(language)) {
    throw new BadInputError(
      `${path}.language is ${JSON.stringify(language)}; expected a BCP 47 tag such as "en" or "zh-TW".`,
      `${path}.language`,
    );
  }
  return {
    id: pollId(parseId(input.id, `${path}.id`)),
    question: parseText(input.question, `${path}.question`, MAX_QUESTION_LENGTH),
    options: parseList(input.options, `${path}.options`, parseOption),
    topics: [...new Set(parseList(input.topics, `${path}.topics`, parseId))],
    language,
    authorId: authorId === null ? null : userId(parseId(authorId, `${path}.authorId`)),
    createdAt,
    closesAt,
    status: input.status ?? 'OPEN',
  };
}

function parseOption(option: PollOptionInputObject, path: string): PollOption {
  return {
    id: optionId(parseId(option.id, `${path}.id`)),
    label: parseText(option.label, `${path}.label`, MAX_LABEL_LENGTH),
  };
}

function parseText(text: string, path: string, limit: number): string {
  if (text.length > limit) {
    throw new BadInputError(
      `${path} has ${text.length} characters; expected at most ${limit.toLocaleString('en')}.`,
      path,
    );
  }
  return text;
}
