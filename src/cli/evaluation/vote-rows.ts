import { isEmpty, readFlag, readOptionId, readPollId, readTime, readUserId } from '../../intake/cells.js';
import { RowFault } from '../../intake/reject-reason.js';
import type { RowSchema } from '../../intake/row-reader.js';
import type { VoteRow } from '../../models/evaluation/vote-row.js';

/** Votes to learn from. */
export const TRAINING_SCHEMA: RowSchema = {
  kind: 'votes',
  required: [['user_id'], ['poll_id'], ['option']],
  optional: ['voted_at', 'is_author'],
  multiLine: [],
};

/** Votes to be foretold, whose option may be unknown. */
export const TEST_SCHEMA: RowSchema = {
  ...TRAINING_SCHEMA,
  required: [['user_id'], ['poll_id']],
  optional: ['option', 'voted_at', 'is_author'],
};

/** Reads votes as they are: options are checked against no poll, since the polls may be made up from them. */
export function voteRowParser(
  columns: readonly string[],
): (values: readonly unknown[]) => VoteRow | RowFault {
  const place = (name: string): number => columns.indexOf(name);
  const [user, poll, option, time, author] = ['user_id', 'poll_id', 'option', 'voted_at', 'is_author'].map(
    place,
  ) as [number, number, number, number, number];
  return (values) => {
    const userId = readUserId(values[user], 'user_id');
    if (userId instanceof RowFault) return userId;
    const pollId = readPollId(values[poll], 'poll_id');
    if (pollId instanceof RowFault) return pollId;
    const optionId = option < 0 ? null : readOptionId(values[option], 'option');
    if (optionId instanceof RowFault) return optionId;
    const votedAt = isEmpty(values[time]) ? null : readTime(values[time], 'voted_at');
    if (votedAt instanceof RowFault) return votedAt;
    const isAuthor = readFlag(values[author], 'is_author');
    if (isAuthor instanceof RowFault) return isAuthor;
    return { userId, pollId, optionId, votedAt, isAuthor };
  };
}
