import type { TrainingPoll } from '../training-poll.js';
import { PollPlaces } from '../votes/poll-places.js';
import { suspectedBots } from '../votes/suspected-bots.js';
import { type VoteLog, VoteLogBuilder } from '../votes/vote-log.js';
import { groupByUser, type VoteRow } from './vote-row.js';

/**
 * Votes as the models learn them: those on polls or options that are not in `polls` are left out, and those of accounts that look
 * like scripts, as the flow does.
 */
export function voteLogOf(votes: readonly VoteRow[], polls: readonly TrainingPoll[]): VoteLog {
  const places = new PollPlaces(polls);
  const log = new VoteLogBuilder();
  const users = groupByUser(votes);
  const suspected = suspectedBots(users);
  for (const [user, own] of users) {
    if (suspected.has(user)) continue;
    for (const { pollId, optionId, votedAt } of own) {
      const place = places.find(pollId, optionId ?? '');
      if (place !== null) log.add(user, place.poll, place.option, votedAt);
    }
  }
  return log.build();
}
