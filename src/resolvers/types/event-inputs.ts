import { Field, ID, InputType, Int } from 'type-graphql';
import type { InteractionKind } from '../../domain/event.js';
import { DateTime } from './date-time.js';
import { InteractionKindEnum } from './enums.js';

@InputType({ description: 'What every event has.' })
abstract class EventInput {
  @Field(() => ID, {
    nullable: true,
    description: "Who; left out: the subject of the caller's token. Naming another user needs a service key.",
  })
  readonly userId?: string | null;

  @Field(() => ID, { description: 'On which poll.' })
  readonly pollId!: string;

  @Field(() => ID, {
    nullable: true,
    description: "The caller's own id of the event: sending it twice counts once. Made up when absent.",
  })
  readonly eventId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The answer that led to it, as `recommendationId` named it.',
  })
  readonly recommendationId?: string | null;
}

@InputType('VoteInput', { description: 'One vote. A later vote on the same poll replaces it.' })
export class VoteInputObject extends EventInput {
  @Field(() => ID, { description: 'Which option of the poll.' })
  readonly optionId!: string;

  @Field(() => DateTime, { nullable: true, description: 'When; left out: now.' })
  readonly votedAt?: number | null;
}

@InputType('ImpressionInput', { description: 'A poll that was on the screen of the user.' })
export class ImpressionInputObject extends EventInput {
  @Field(() => DateTime, { nullable: true, description: 'When; left out: now.' })
  readonly seenAt?: number | null;

  @Field(() => Int, { nullable: true, description: 'Its place in the list, from 0.' })
  readonly position?: number | null;
}

@InputType('InteractionInput', { description: 'What the user did with a poll other than voting.' })
export class InteractionInputObject extends EventInput {
  @Field(() => InteractionKindEnum, { description: 'What was done.' })
  readonly kind!: InteractionKind;

  @Field(() => DateTime, { nullable: true, description: 'When; left out: now.' })
  readonly at?: number | null;
}
