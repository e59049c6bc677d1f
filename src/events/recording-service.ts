import type { CatalogueStore, RecordedPoll } from '../datasources/catalogue/catalogue-store.js';
import type { FeatureStore } from '../datasources/features/feature-store.js';
import type { Outbox } from '../datasources/outbox/outbox.js';
import { BadInputError, NotFoundError } from '../domain/errors.js';
import type { EventBase, PollEvent, UserChange } from '../domain/event.js';
import type { UserFeatures } from '../domain/features.js';
import { type EventId, eventId, type PollId, type UserId } from '../domain/ids.js';
import type { Poll, PollStatus } from '../domain/poll.js';
import type { Clock, Millis } from '../domain/time.js';
import { checkEvent, checkPoll, checkVote, type Rejection } from './event-checks.js';
import type { EventIntake } from './event-intake.js';
import type {
  ImpressionInput,
  InteractionInput,
  Interests,
  OrRejected,
  Recorder,
  RecordSummary,
  RejectedEvent,
  VoteInput,
} from './recorder.js';

export interface RecordingServiceOptions {
  readonly outbox: Outbox;
  readonly intake: EventIntake;
  readonly features: FeatureStore;
  readonly catalogue: CatalogueStore;
  /** The live catalogue's look-up; what it does not know yet is asked of the store. */
  readonly poll: (id: PollId) => Poll | null;
  /** Brings the live catalogue of this instance up to date after a change. */
  readonly refreshCatalogue: () => Promise<void>;
  /** Called once something waits in the outbox. */
  readonly wakeRelay: () => void;
  readonly clock: Clock;
  /** A new unique id. */
  readonly newId: () => string;
}

type Base = { readonly pollId: PollId; readonly userId: UserId; readonly eventId: EventId | null };
type AnyInput = VoteInput | ImpressionInput | InteractionInput;

const isRejected = <T extends object>(
  input: OrRejected<T>,
): input is Extract<OrRejected<T>, { rejected: Rejection }> => 'rejected' in input;

/**
 * Takes events, polls and changes of users in: checks each by itself, writes to the outbox (fsync), then applies to the
 * features and the catalogue, so that the very next answer knows.
 */
export class RecordingService implements Recorder {
  readonly #options: RecordingServiceOptions;

  constructor(options: RecordingServiceOptions) {
    this.#options = options;
  }

  recordVotes(votes: readonly OrRejected<VoteInput>[]): Promise<RecordSummary> {
    return this.#record(votes, checkVote, (vote, base, poll) => ({
      ...base,
      kind: 'VOTE',
      optionId: vote.optionId,
      isAuthor: poll.authorId === vote.userId,
    }));
  }

  recordImpressions(impressions: readonly OrRejected<ImpressionInput>[]): Promise<RecordSummary> {
    return this.#record(impressions, checkEvent, (impression, base) => ({
      ...base,
      kind: 'IMPRESSION',
      position: impression.position,
    }));
  }

  async recordInteractions(interactions: readonly OrRejected<InteractionInput>[]): Promise<RecordSummary> {
    const checked = await this.#refuseSkipsOfVotes(interactions);
    return this.#record(checked, checkEvent, (interaction, base) => ({ ...base, kind: interaction.kind }));
  }

  async setInterests(userId: UserId, interests: Interests): Promise<UserFeatures> {
    const at = this.#options.clock();
    const change = this.#change(userId, at);
    await this.#keepChange({ kind: 'INTERESTS', ...change, ...interests }, at);
    return this.#options.features.setInterests(userId, interests, { at, changeId: change.changeId });
  }

  async mergeUsers(from: UserId, into: UserId): Promise<UserFeatures | null> {
    if (from === into) throw new BadInputError('`from` and `into` want two different users', 'into');
    const at = this.#options.clock();
    await this.#keepChange({ kind: 'MERGE', ...this.#change(from, at), into }, at);
    return this.#options.features.merge(from, into, at);
  }

  async forgetUser(userId: UserId): Promise<Millis> {
    const { outbox, features, catalogue, refreshCatalogue, clock } = this.#options;
    const at = clock();
    // The erasure goes first: whatever happens next, the warehouse will leave the user out for ever.
    await this.#keepChange({ kind: 'ERASE', ...this.#change(userId, at) }, at);
    await outbox.forget(userId);
    await features.forget(userId, at);
    await catalogue.forgetAuthor(userId, at);
    await refreshCatalogue();
    return at;
  }

  async upsertPolls(polls: readonly OrRejected<Poll>[]): Promise<RecordSummary> {
    const rejected: RejectedEvent[] = [];
    const good: RecordedPoll[] = [];
    const recordedAt = this.#options.clock();
    polls.forEach((poll, index) => {
      const fault = isRejected(poll) ? poll.rejected : checkPoll(poll);
      if (fault !== null) rejected.push({ index, ...fault });
      else if (!isRejected(poll)) good.push({ poll, recordedAt });
    });
    await this.#keepPolls(good);
    return { accepted: good.length, duplicates: 0, rejected };
  }

  async setPollStatus(id: PollId, status: PollStatus): Promise<Poll> {
    const { outbox, catalogue, refreshCatalogue, wakeRelay, clock } = this.#options;
    const changed = await catalogue.setStatus(id, status, clock());
    if (changed === null) throw new NotFoundError(`There is no poll "${id}"`);
    // After the store, which alone knows the poll as it stands, and before the answer.
    await outbox.append([{ type: 'POLL', ...changed }]);
    await refreshCatalogue();
    wakeRelay();
    return changed.poll;
  }

  /** Checks each input, keeps the good ones and applies them. */
  async #record<Input extends AnyInput>(
    inputs: readonly OrRejected<Input>[],
    check: (input: Input, poll: Poll | null, now: Millis) => Rejection | null,
    toEvent: (input: Input, base: EventBase, poll: Poll) => PollEvent,
  ): Promise<RecordSummary> {
    const { outbox, intake, clock, wakeRelay } = this.#options;
    const recordedAt = clock();
    const polls = await this.#polls(inputs.flatMap((input) => (isRejected(input) ? [] : [input.pollId])));
    const rejected: RejectedEvent[] = [];
    const events: PollEvent[] = [];
    inputs.forEach((input, index) => {
      if (isRejected(input)) {
        rejected.push({ index, ...input.rejected });
        return;
      }
      const poll = polls.get(input.pollId) ?? null;
      const fault = check(input, poll, recordedAt);
      if (fault !== null) rejected.push({ index, ...fault });
      else if (poll !== null) events.push(toEvent(input, this.#base(input, recordedAt), poll));
    });
    if (events.length === 0) return { accepted: 0, duplicates: 0, rejected };
    await outbox.append(events.map((event) => ({ type: 'EVENT', event })));
    const outcomes = await intake.apply(events);
    wakeRelay();
    const duplicates = outcomes.filter((outcome) => outcome === 'DUPLICATE').length;
    return { accepted: events.length - duplicates, duplicates, rejected };
  }

  /** A skip would end the vote that stands, and only RETRACT_VOTE may do that. Nothing is refused while the store is away. */
  async #refuseSkipsOfVotes(
    inputs: readonly OrRejected<InteractionInput>[],
  ): Promise<readonly OrRejected<InteractionInput>[]> {
    const skips = inputs.filter((input) => !isRejected(input) && input.kind === 'SKIP');
    if (skips.length === 0) return inputs;
    const users = [...new Set(inputs.flatMap((input) => (isRejected(input) ? [] : [input.userId])))];
    const known = await this.#options.features.get(users).catch(() => []);
    const voted = new Map(known.map((features) => [features?.userId, new Set(features?.voted)]));
    return inputs.map((input) =>
      !isRejected(input) && input.kind === 'SKIP' && voted.get(input.userId)?.has(input.pollId)
        ? {
            rejected: {
              code: 'INVALID',
              message: `The user has voted on "${input.pollId}"; RETRACT_VOTE takes that back`,
            },
          }
        : input,
    );
  }

  #base(
    input: Base & { readonly at: Millis | null; readonly recommendationId: string | null },
    recordedAt: Millis,
  ): EventBase {
    return {
      eventId: input.eventId ?? eventId(this.#options.newId()),
      userId: input.userId,
      pollId: input.pollId,
      // A clock that is ahead must not outdo what the user does next.
      occurredAt: Math.min(input.at ?? recordedAt, recordedAt),
      recordedAt,
      recommendationId: input.recommendationId,
    };
  }

  /** The polls by id; those that this instance has not seen yet come from the shared store. */
  async #polls(ids: readonly PollId[]): Promise<Map<PollId, Poll>> {
    const found = new Map<PollId, Poll>();
    const missing: PollId[] = [];
    for (const id of new Set(ids)) {
      const poll = this.#options.poll(id);
      if (poll === null) missing.push(id);
      else found.set(id, poll);
    }
    if (missing.length > 0) {
      for (const poll of await this.#options.catalogue.get(missing))
        if (poll !== null) found.set(poll.id, poll);
    }
    return found;
  }

  async #keepPolls(polls: readonly RecordedPoll[]): Promise<void> {
    if (polls.length === 0) return;
    const { outbox, intake, refreshCatalogue, wakeRelay } = this.#options;
    await outbox.append(polls.map(({ poll, recordedAt }) => ({ type: 'POLL', poll, recordedAt })));
    if ((await intake.applyPolls(polls)) === 'APPLIED') await refreshCatalogue();
    wakeRelay();
  }

  #change(userId: UserId, at: Millis): { changeId: EventId; userId: UserId; occurredAt: Millis } {
    return { changeId: eventId(this.#options.newId()), userId, occurredAt: at };
  }

  async #keepChange(change: UserChange, recordedAt: Millis): Promise<void> {
    await this.#options.outbox.append([{ type: 'USER_CHANGE', change, recordedAt }]);
    this.#options.wakeRelay();
  }
}
