import type { EventId, OptionId, PollId, UserId } from '../../domain/ids.js';
import type { Poll, PollStatus } from '../../domain/poll.js';
import type { DecayedVotes, OptionVotes, PollStatistics } from '../../domain/popularity.js';
import type { Millis } from '../../domain/time.js';

/** A vote counted as it comes, between two runs of the flow. */
export interface LiveVote {
  readonly eventId: EventId;
  readonly pollId: PollId;
  /** Null for a retraction. */
  readonly optionId: OptionId | null;
  /** The user's vote that it replaces; null where there was none. */
  readonly replaced: OptionId | null;
  /** Whether the user had voted on FIRST_VOTES polls or more before. */
  readonly isEstablished: boolean;
  readonly occurredAt: Millis;
  readonly recordedAt: Millis;
}

/** A poll as it was at a moment: the later one holds. */
export interface RecordedPoll {
  readonly poll: Poll;
  readonly recordedAt: Millis;
}

export interface CatalogueEntry {
  readonly poll: Poll;
  /** As the last flow counted; null for a poll no flow has seen. */
  readonly statistics: PollStatistics | null;
  /** Votes per option taken in after `statistics.through` (re-votes move, retractions subtract: may be negative). */
  readonly liveVotes: readonly OptionVotes[];
  /** The same votes by their voters and ages; a re-vote adds nothing, and a retraction takes a vote of that moment away. */
  readonly liveActivity: DecayedVotes;
}

/** A place in the stream of changes; opaque, comparable only by the store that gave it. */
export type CatalogueCursor = string;

export interface CatalogueChanges {
  readonly entries: readonly CatalogueEntry[];
  /** Ask again from here. */
  readonly cursor: CatalogueCursor;
  /** True where more changes wait than one answer holds. */
  readonly more: boolean;
}

/**
 * The live poll catalogue, shared by all instances. A change is visible to `changes` of every instance within a second of
 * being answered. A store that is away rejects with UnavailableError.
 */
export interface CatalogueStore {
  /** Adds polls, or replaces those of the same id that were recorded at the same time or before. */
  upsert(polls: readonly RecordedPoll[]): Promise<void>;
  /**
   * Changes the status of the poll as it stands, recorded at `at`, or just after its last recording where that is later. Gives
   * the poll as it is now, or null where there is none of that id.
   */
  setStatus(id: PollId, status: PollStatus, at: Millis): Promise<RecordedPoll | null>;
  /**
   * Takes the author out of every poll of that author which was written or recorded up to `at`, as recorded at `at`: what was
   * recorded of such a poll before does not bring the author back. Reads the whole catalogue.
   */
  forgetAuthor(userId: UserId, at: Millis): Promise<void>;
  get(ids: readonly PollId[]): Promise<(Poll | null)[]>;
  /** Counts votes; idempotent by event id. Votes on unknown polls are dropped. */
  countVotes(votes: readonly LiveVote[]): Promise<void>;
  /** Takes a flow's counts over; live votes recorded up to each one's `through` are dropped. */
  putStatistics(statistics: readonly PollStatistics[]): Promise<void>;
  /**
   * What changed after `cursor`, each poll once in its present state; null starts with the whole catalogue. Polls come in the
   * order of their last writes, those that only got votes anywhere among them. What changes meanwhile may be told by this
   * answer already, and by the next one again.
   */
  changes(cursor: CatalogueCursor | null): Promise<CatalogueChanges>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
