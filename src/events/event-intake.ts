import type { CatalogueStore, LiveVote, RecordedPoll } from '../datasources/catalogue/catalogue-store.js';
import type { ApplyOutcome, FeatureStore } from '../datasources/features/feature-store.js';
import { HunchError, TimedOutError } from '../domain/errors.js';
import type { PollEvent } from '../domain/event.js';
import { FIRST_VOTES } from '../domain/popularity.js';
import { type Millis, SECOND } from '../domain/time.js';
import { within } from '../domain/within.js';

/** What became of events that are already on disk. LATER: the feature store is away; the relay brings them in. */
export type IntakeOutcome = 'APPLIED' | 'DUPLICATE' | 'LATER';

/** A caller waits for the stores no longer than this. */
const PATIENCE: Millis = 2 * SECOND;

export interface EventIntakeOptions {
  readonly features: FeatureStore;
  readonly catalogue: CatalogueStore;
  readonly onError: (error: unknown) => void;
  /** How long `apply` may take, in milliseconds; 2 s where absent. */
  readonly patience?: Millis;
}

/**
 * The count that an event changes; null where it changes none. Authors' own votes are no opinion of the poll. The same
 * recording brought again is counted like the first time: whoever took it in may have been killed before it counted, and counting
 * is idempotent. One that a client sent twice is not.
 */
function liveVoteOf(event: PollEvent, outcome: ApplyOutcome): LiveVote | null {
  if (outcome.status === 'DUPLICATE' && !outcome.again) return null;
  const { eventId, pollId, occurredAt, recordedAt } = event;
  const { replaced } = outcome;
  const vote = {
    eventId,
    pollId,
    replaced,
    isEstablished: outcome.votedBefore >= FIRST_VOTES,
    occurredAt,
    recordedAt,
  };
  if (event.kind === 'VOTE') {
    if (event.isAuthor || event.optionId === replaced) return null;
    return { ...vote, optionId: event.optionId };
  }
  // A retraction takes the vote back, and so does a later skip: the last thing the user did holds.
  if ((event.kind === 'RETRACT_VOTE' || event.kind === 'SKIP') && replaced !== null) {
    return { ...vote, optionId: null };
  }
  return null;
}

/** Brings events into the features and the live counts. Doing it twice changes nothing. */
export class EventIntake {
  readonly #options: EventIntakeOptions;

  constructor(options: EventIntakeOptions) {
    this.#options = options;
  }

  /**
   * The outcome of each event, by its place. Rejects only with what is a fault of the program. A store that hangs is not waited
   * for: what it does with the events in the end is what the relay would have it do.
   */
  async apply(events: readonly PollEvent[]): Promise<IntakeOutcome[]> {
    return this.#orLater(this.applyOrFail(events), () => events.map(() => 'LATER'));
  }

  /** Brings polls that are already on disk into the catalogue, in the same way. */
  async applyPolls(polls: readonly RecordedPoll[]): Promise<'APPLIED' | 'LATER'> {
    const applied = this.#options.catalogue.upsert(polls).then(() => 'APPLIED' as const);
    return this.#orLater<'APPLIED' | 'LATER'>(applied, () => 'LATER');
  }

  /** The same, rejecting with UnavailableError while a store is away. */
  async applyOrFail(events: readonly PollEvent[]): Promise<IntakeOutcome[]> {
    if (events.length === 0) return [];
    const outcomes = await this.#options.features.apply(events);
    const votes: LiveVote[] = [];
    events.forEach((event, index) => {
      const outcome = outcomes[index];
      const vote = outcome === undefined ? null : liveVoteOf(event, outcome);
      if (vote !== null) votes.push(vote);
    });
    if (votes.length > 0) await this.#options.catalogue.countVotes(votes);
    return outcomes.map((outcome) => outcome.status);
  }

  #orLater<T>(work: Promise<T>, later: () => T): Promise<T> {
    const { onError, patience = PATIENCE } = this.#options;
    const late = (): never => {
      throw new TimedOutError(`The stores take over ${patience} ms to take in what was recorded.`);
    };
    return within(work, patience, late).catch((error: unknown) => {
      if (!(error instanceof HunchError)) throw error;
      onError(error);
      return later();
    });
  }
}
