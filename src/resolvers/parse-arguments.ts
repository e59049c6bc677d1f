import { BadInputError } from '../domain/errors.js';
import { MAX_ID_LENGTH, pollId, userId } from '../domain/ids.js';
import type { PollFilter, ViewerContext } from '../recommend/poll-lists.js';
import type { PageArguments, PollFilterInput, ViewerContextInput } from './types/list-arguments.js';

export const MAX_PAGE = 100;
/** The longest list that one argument may hold. */
export const MAX_LIST = 1_000;
export const MAX_QUERY_LENGTH = 500;
const DEFAULT_PAGE = 10;

/** Control characters and half surrogate pairs are no part of an id: stores write them differently. */
const BROKEN = /[\p{Cc}\p{Cs}]/u;

/** `value` as an id of 1 to 256 characters; rejects with BAD_USER_INPUT, naming `path`. */
export function parseId(value: string, path: string): string {
  if (value === '') throw new BadInputError(`${path} is empty; expected an id.`, path);
  if (value.length > MAX_ID_LENGTH) {
    throw new BadInputError(
      `${path} has ${value.length} characters; expected an id of at most ${MAX_ID_LENGTH}.`,
      path,
    );
  }
  if (BROKEN.test(value)) {
    throw new BadInputError(`${path} holds control characters or broken Unicode; expected an id.`, path);
  }
  return value;
}

/** The list with each item parsed by `parse` under its own path; absent and null are empty. */
export function parseList<In, Out>(
  values: readonly In[] | null | undefined,
  path: string,
  parse: (value: In, path: string) => Out,
): Out[] {
  if (values === null || values === undefined) return [];
  checkLength(values, path);
  return values.map((value, index) => parse(value, `${path}.${index}`));
}

export function checkLength(values: readonly unknown[], path: string): void {
  if (values.length > MAX_LIST) {
    throw new BadInputError(
      `${path} has ${values.length} items; expected at most ${MAX_LIST.toLocaleString('en')}. Send several requests.`,
      path,
    );
  }
}

/** `first`, 1 to 100; 10 where it is null or left out. */
export function parseFirst(value: number | null | undefined): number {
  const first = value ?? DEFAULT_PAGE;
  if (first < 1 || first > MAX_PAGE) {
    throw new BadInputError(`first is ${first}; expected 1 to ${MAX_PAGE}.`, 'first');
  }
  return first;
}

export function parseQuery(value: string): string {
  if (value.length > MAX_QUERY_LENGTH) {
    throw new BadInputError(
      `query has ${value.length} characters; expected at most ${MAX_QUERY_LENGTH}.`,
      'query',
    );
  }
  return value;
}

export interface Page {
  readonly first: number;
  readonly after: string | null;
  readonly filter: PollFilter;
}

export function parsePage(args: PageArguments): Page {
  return { first: parseFirst(args.first), after: args.after ?? null, filter: parseFilter(args.filter) };
}

function parseFilter(filter: PollFilterInput | null | undefined): PollFilter {
  if (filter === null || filter === undefined) return {};
  const { createdAfter } = filter;
  return {
    topics: parseList(filter.topics, 'filter.topics', parseId),
    languages: parseList(filter.languages, 'filter.languages', parseId),
    excludeTopics: parseList(filter.excludeTopics, 'filter.excludeTopics', parseId),
    excludePolls: parseList(filter.excludePolls, 'filter.excludePolls', parseId).map(pollId),
    excludeAuthors: parseList(filter.excludeAuthors, 'filter.excludeAuthors', parseId).map(userId),
    ...(createdAfter === null || createdAfter === undefined ? {} : { createdAfter }),
  };
}

export function parseViewerContext(context: ViewerContextInput | null | undefined): ViewerContext {
  return {
    topics: parseList(context?.topics, 'context.topics', parseId),
    languages: parseList(context?.languages, 'context.languages', parseId),
  };
}
