import type { OptionId, PollId } from '../domain/ids.js';
import type { Poll } from '../domain/poll.js';
import type { LiveCatalogueView } from '../recommend/live-catalogue.js';
import type { LivePollStats } from '../recommend/live-poll-stats.js';
import type { PollObject, PollOptionObject } from './types/poll-object.js';

/** A poll of the catalogue with its numbers as the API shows it; null where there is none of that id. */
export function presentPollById(catalogue: LiveCatalogueView, id: PollId): PollObject | null {
  const poll = catalogue.poll(id);
  return poll === null ? null : presentPoll(poll, catalogue.stats(id));
}

export const presentPoll = (poll: Poll, stats: LivePollStats): PollObject => ({
  id: poll.id,
  question: poll.question,
  options: poll.options.map((option) => presentOption(option.id, option.label, stats)),
  topics: poll.topics,
  language: poll.language,
  authorId: poll.authorId,
  createdAt: poll.createdAt,
  closesAt: poll.closesAt,
  status: poll.status,
  stats: { votes: stats.votes, votesLastDay: stats.votesLastDay, score: stats.score },
});

function presentOption(id: OptionId, label: string, stats: LivePollStats): PollOptionObject {
  const votes = stats.optionVotes.get(id) ?? 0;
  return { id, label, votes, share: stats.votes > 0 ? votes / stats.votes : 0 };
}
