import type { PollId } from '../../domain/ids.js';
import type { Millis } from '../../domain/time.js';
import { type LiveCounts, moveVotes, NO_LIVE_COUNTS, type VoteMove } from './live-votes.js';
import type { VoteDocument } from './vote-document.js';

export interface PlacedVote {
  /** Its sequence number. */
  readonly place: number;
  readonly vote: VoteDocument;
}

interface PollVotes {
  votes: VoteDocument[];
  /** Sums of the votes, so that one more vote does not cost a walk through all of them. */
  counts: LiveCounts;
  /** The place of the newest. */
  place: number;
}

/** The votes since the last flow, by poll. Grows with them, and shrinks when a flow has counted. */
export class LiveVoteMemory {
  readonly #polls = new Map<PollId, PollVotes>();

  /** Takes votes in, each once, by rising places. */
  add(placed: readonly PlacedVote[]): void {
    const added = new Map<PollId, VoteMove[]>();
    for (const { place, vote } of placed) {
      const known = this.#polls.get(vote.pollId) ?? { votes: [], counts: NO_LIVE_COUNTS, place };
      known.votes.push(vote);
      known.place = place;
      this.#polls.set(vote.pollId, known);
      const moves = added.get(vote.pollId) ?? [];
      moves.push(vote.move);
      added.set(vote.pollId, moves);
    }
    for (const [id, moves] of added) {
      const known = this.#polls.get(id);
      if (known !== undefined) known.counts = moveVotes(known.counts, moves);
    }
  }

  /** Drops the votes on a poll that were recorded up to `through`. */
  cover(id: PollId, through: Millis): void {
    const known = this.#polls.get(id);
    if (known === undefined) return;
    const votes = known.votes.filter(({ recordedAt }) => recordedAt > through);
    if (votes.length === known.votes.length) return;
    if (votes.length === 0) this.#polls.delete(id);
    known.counts = moveVotes(
      NO_LIVE_COUNTS,
      votes.map(({ move }) => move),
    );
    known.votes = votes;
  }

  counts(id: PollId): LiveCounts {
    return this.#polls.get(id)?.counts ?? NO_LIVE_COUNTS;
  }

  /** Polls with a vote after the place, by the places of their newest votes. */
  votedSince(place: number): { readonly id: PollId; readonly place: number }[] {
    return [...this.#polls]
      .filter(([, votes]) => votes.place > place)
      .map(([id, votes]) => ({ id, place: votes.place }))
      .sort((a, b) => a.place - b.place);
  }
}
