import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { pollId } from '../domain/ids.js';
import type { PollStatus } from '../domain/poll.js';
import type { ApiContext } from './api-context.js';
import type { ApiServices } from './api-services.js';
import { parseId, parseList } from './parse-arguments.js';
import { parseEach } from './parse-events.js';
import { parsePoll } from './parse-poll.js';
import { presentPoll, presentPollById } from './present-poll.js';
import { PollStatusEnum } from './types/enums.js';
import { PollInputObject } from './types/poll-input.js';
import { PollObject } from './types/poll-object.js';
import { RecordPayloadObject } from './types/record-objects.js';
import { requireService } from './viewer.js';

/** The catalogue: polls by id, and the app's changes to it. */
@Resolver()
export class PollResolver {
  readonly #services: ApiServices;

  constructor(services: ApiServices) {
    this.#services = services;
  }

  @Query(() => PollObject, {
    nullable: true,
    description: 'One poll of any status; null where there is none.',
  })
  poll(@Arg('id', () => ID, { description: 'Its id.' }) id: string): PollObject | null {
    return presentPollById(this.#services.catalogue, pollId(parseId(id, 'id')));
  }

  @Query(() => [PollObject], {
    nullable: 'items',
    description: 'In the order asked for; null where there is none.',
  })
  polls(
    @Arg('ids', () => [ID], { description: 'Their ids, at most 1,000.' }) ids: readonly string[],
  ): (PollObject | null)[] {
    const { catalogue } = this.#services;
    return parseList(ids, 'ids', parseId).map((id) => presentPollById(catalogue, pollId(id)));
  }

  @Mutation(() => RecordPayloadObject, {
    description:
      'Adds polls, or replaces those of the same id. Service keys only. Every instance serves it within 5 seconds, before any flow has run.',
  })
  upsertPolls(
    @Arg('polls', () => [PollInputObject], { description: 'At most 1,000.' })
    polls: readonly PollInputObject[],
    @Ctx() { viewer }: ApiContext,
  ): Promise<RecordPayloadObject> {
    requireService(viewer);
    return this.#services.recorder.upsertPolls(parseEach(polls, 'polls', parsePoll));
  }

  @Mutation(() => PollObject, {
    description:
      'Opens, closes, hides or removes a poll. Service keys only. Every instance obeys within 5 seconds.',
  })
  async setPollStatus(
    @Arg('pollId', () => ID, { description: 'Which poll.' }) id: string,
    @Arg('status', () => PollStatusEnum, { description: 'What it becomes.' }) status: PollStatus,
    @Ctx() { viewer }: ApiContext,
  ): Promise<PollObject> {
    requireService(viewer);
    const { recorder, catalogue } = this.#services;
    const poll = await recorder.setPollStatus(pollId(parseId(id, 'pollId')), status);
    return presentPoll(poll, catalogue.stats(poll.id));
  }
}
