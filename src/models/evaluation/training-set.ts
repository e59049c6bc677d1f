import type { TrainingPoll } from '../training-poll.js';
import { PollPlaces } from '../votes/poll-places.js';
import { type VoteLog, VoteLogBuilder } from '../votes/vote-log.js';
import { groupByUser, type VoteRow } from './vote-row.js';

/** Votes as the models learn them. Votes on polls or options that are not in `polls` are left out. */
export function voteLogOf(votes: readonly VoteRow[], polls: readonly TrainingPoll[]): VoteLog {
  const places = new PollPlaces(polls);
  const log = new VoteLogBuilder();
  for (const [user, own] of groupByUser(votes)) {
    for (const { pollId, optionId } of own) {
      const place = places.find(pollId, optionId ?? '');
      if (place !== null) log.add(user, place.poll, place.option);
    }
  }
  return log.build();
}
