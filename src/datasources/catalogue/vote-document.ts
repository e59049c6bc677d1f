import { z } from 'zod';
import { HunchError } from '../../domain/errors.js';
import { optionId, type PollId, pollId } from '../../domain/ids.js';
import type { Millis } from '../../domain/time.js';
import type { LiveVote } from './catalogue-store.js';
import type { VoteMove } from './live-votes.js';

const option = z.string().transform(optionId).nullable();

const stored = z.object({
  poll_id: z.string().transform(pollId),
  option,
  replaced: option,
  established: z.boolean(),
  occurred_at: z.number(),
  recorded_at: z.number(),
});

/** What is read back of a live vote. */
export interface VoteDocument {
  readonly pollId: PollId;
  readonly recordedAt: Millis;
  readonly move: VoteMove;
}

/** As the index `votes` stores it, under the event's id. */
export const encodeVoteDocument = (vote: LiveVote): z.input<typeof stored> => ({
  poll_id: vote.pollId,
  option: vote.optionId,
  replaced: vote.replaced,
  established: vote.isEstablished,
  occurred_at: vote.occurredAt,
  recorded_at: vote.recordedAt,
});

/** Throws INVALID_DATA for a document that another version of this service wrote. */
export function decodeVoteDocument(source: unknown): VoteDocument {
  const { data, error } = stored.safeParse(source);
  if (data === undefined) {
    throw new HunchError(
      'INVALID_DATA',
      `A document of the index votes is not of the form that this release reads: ${error.message}. ` +
        'Start the release that wrote it, or delete the index: a flow counts its votes again.',
      { cause: error },
    );
  }
  // A vote as of when it was given, never later than it was recorded.
  const at = Math.min(data.occurred_at, data.recorded_at);
  const { option: chosen, replaced, established: isEstablished } = data;
  return {
    pollId: data.poll_id,
    recordedAt: data.recorded_at,
    move: { optionId: chosen, replaced, isEstablished, at },
  };
}
