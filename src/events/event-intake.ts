import type { CatalogueStore, LiveVote } from '../datasources/catalogue/catalogue-store.js';
import type { ApplyOutcome, FeatureStore } from '../datasources/features/feature-store.js';
import { HunchError } from '../domain/errors.js';
import type { PollEvent } from '../domain/event.js';
import { FIRST_VOTES } from '../domain/popularity.js';

/** What became of events that are already on disk. LATER: the feature store is away; the relay brings them in. */
export type IntakeOutcome = 'APPLIED' | 'DUPLICATE' | 'LATER';

export interface EventIntakeOptions {
  readonly features: FeatureStore;
  readonly catalogue: CatalogueStore;
  readonly onError: (error: unknown) => void;
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

  /** The outcome of each event, by its place. Rejects only with what is a fault of the program. */
  async apply(events: readonly PollEvent[]): Promise<IntakeOutcome[]> {
    try {
      return await this.applyOrFail(events);
    } catch (error) {
      if (!(error instanceof HunchError)) throw error;
      this.#options.onError(error);
      return events.map(() => 'LATER');
    }
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
}
