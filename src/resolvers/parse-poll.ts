import { BadInputError } from '../domain/errors.js';
import { optionId, pollId, userId } from '../domain/ids.js';
import type { Poll, PollOption } from '../domain/poll.js';
import { checkLength, parseId, parseList } from './parse-arguments.js';
import type { PollInputObject, PollOptionInputObject } from './types/poll-input.js';

const MAX_QUESTION_LENGTH = 2_000;
const MAX_LABEL_LENGTH = 500;
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;

/** A poll of the app, checked; rejects with BAD_USER_INPUT, naming where the fault lies under `path`. */
export function parsePoll(input: PollInputObject, path: string): Poll {
  const { createdAt, closesAt = null, language = null, authorId = null } = input;
  if (closesAt !== null && closesAt < createdAt) {
    throw new BadInputError(`${path}.closesAt lies before createdAt.`, `${path}.closesAt`);
  }
  if (language !== null && !LANGUAGE.test(language)) {
    throw new BadInputError(
      `${path}.language is ${JSON.stringify(language)}; expected a BCP 47 tag such as "en" or "zh-TW".`,
      `${path}.language`,
    );
  }
  return {
    id: parsePollId(input.id, `${path}.id`),
    question: parseText(input.question, `${path}.question`, MAX_QUESTION_LENGTH),
    options: parseOptions(input.options, `${path}.options`),
    topics: [...new Set(parseList(input.topics, `${path}.topics`, parseId))],
    language,
    authorId: authorId === null ? null : userId(parseId(authorId, `${path}.authorId`)),
    createdAt,
    closesAt,
    status: input.status ?? 'OPEN',
  };
}

/** History tokens begin with `@` where they name no poll, so a poll's id must not. */
function parsePollId(value: string, path: string) {
  if (value.startsWith('@')) {
    throw new BadInputError(`${path} begins with "@"; expected an id without it.`, path);
  }
  return pollId(parseId(value, path));
}

function parseOptions(options: readonly PollOptionInputObject[], path: string): PollOption[] {
  if (options.length < 2) {
    throw new BadInputError(`${path} has ${options.length} options; expected two or more.`, path);
  }
  checkLength(options, path);
  const parsed = options.map((option, index) => parseOption(option, `${path}.${index}`));
  const ids = new Set(parsed.map((option) => option.id));
  if (ids.size < parsed.length) {
    throw new BadInputError(`${path} holds an option id twice; expected each once.`, path);
  }
  return parsed;
}

/** History tokens are split at their last colon, and `@skip` stands where an option would: neither is an option id. */
function parseOption(option: PollOptionInputObject, path: string): PollOption {
  const id = parseId(option.id, `${path}.id`);
  if (id.includes(':') || id.startsWith('@')) {
    throw new BadInputError(
      `${path}.id is ${JSON.stringify(id)}; expected no colon and no "@" at the front.`,
      `${path}.id`,
    );
  }
  return { id: optionId(id), label: parseText(option.label, `${path}.label`, MAX_LABEL_LENGTH) };
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
