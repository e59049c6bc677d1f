import { isOpen, type Poll } from '../domain/poll.js';
import type { Millis } from '../domain/time.js';
import type { PollFilter } from './poll-lists.js';

/** Whether a poll passes; made once for a request, called for each candidate. */
export type PollPredicate = (poll: Poll) => boolean;

const lower = (text: string): string => text.toLowerCase();

/** `en` matches `en` and `en-GB`; `en-GB` matches itself only. Case does not matter (BCP 47). */
function languageMatches(language: string | null, wanted: readonly string[]): boolean {
  if (language === null) return false;
  const tag = lower(language);
  return wanted.some((want) => tag === want || tag.startsWith(`${want}-`));
}

/** The filter as a predicate that only polls open at `now` pass. */
export function compileFilter(filter: PollFilter, now: Millis): PollPredicate {
  const topics = new Set(filter.topics ?? []);
  const excludeTopics = new Set(filter.excludeTopics ?? []);
  const excludePolls = new Set(filter.excludePolls ?? []);
  const excludeAuthors = new Set(filter.excludeAuthors ?? []);
  const languages = (filter.languages ?? []).map(lower);
  const { createdAfter } = filter;
  return (poll) =>
    isOpen(poll, now) &&
    (topics.size === 0 || poll.topics.some((topic) => topics.has(topic))) &&
    (languages.length === 0 || languageMatches(poll.language, languages)) &&
    !poll.topics.some((topic) => excludeTopics.has(topic)) &&
    !excludePolls.has(poll.id) &&
    (poll.authorId === null || !excludeAuthors.has(poll.authorId)) &&
    (createdAfter === undefined || poll.createdAt > createdAfter);
}

/** Whether the filter narrows the catalogue by more than a list of polls to leave out. */
export const narrows = (filter: PollFilter): boolean =>
  (filter.topics?.length ?? 0) > 0 ||
  (filter.languages?.length ?? 0) > 0 ||
  (filter.excludeTopics?.length ?? 0) > 0 ||
  (filter.excludeAuthors?.length ?? 0) > 0 ||
  filter.createdAfter !== undefined;
