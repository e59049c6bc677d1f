import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { ApiContext } from './api-context.js';
import type { ApiServices } from './api-services.js';
import { parseEach, parseImpression, parseInteraction, parseVote } from './parse-events.js';
import { ImpressionInputObject, InteractionInputObject, VoteInputObject } from './types/event-inputs.js';
import { RecordPayloadObject } from './types/record-objects.js';
import { requireCredentials } from './viewer.js';

const MOST = 'At most 1,000.';

/** Takes in what users do. */
@Resolver()
export class EventResolver {
  readonly #services: ApiServices;

  constructor(services: ApiServices) {
    this.#services = services;
  }

  @Mutation(() => RecordPayloadObject, {
    description:
      'Stored durably before it answers; the very next recommendations of the user take it into account.',
  })
  recordVotes(
    @Arg('votes', () => [VoteInputObject], { description: MOST }) votes: readonly VoteInputObject[],
    @Ctx() { viewer }: ApiContext,
  ): Promise<RecordPayloadObject> {
    requireCredentials(viewer);
    return this.#services.recorder.recordVotes(parseEach(votes, 'votes', parseVote(viewer)));
  }

  @Mutation(() => RecordPayloadObject, {
    description: 'What the user was shown and did not vote on sinks in later answers.',
  })
  recordImpressions(
    @Arg('impressions', () => [ImpressionInputObject], { description: MOST })
    impressions: readonly ImpressionInputObject[],
    @Ctx() { viewer }: ApiContext,
  ): Promise<RecordPayloadObject> {
    requireCredentials(viewer);
    return this.#services.recorder.recordImpressions(
      parseEach(impressions, 'impressions', parseImpression(viewer)),
    );
  }

  @Mutation(() => RecordPayloadObject, {
    description: 'Polls skipped, dismissed or brought back, and votes retracted.',
  })
  recordInteractions(
    @Arg('interactions', () => [InteractionInputObject], { description: MOST })
    interactions: readonly InteractionInputObject[],
    @Ctx() { viewer }: ApiContext,
  ): Promise<RecordPayloadObject> {
    requireCredentials(viewer);
    return this.#services.recorder.recordInteractions(
      parseEach(interactions, 'interactions', parseInteraction(viewer)),
    );
  }
}
