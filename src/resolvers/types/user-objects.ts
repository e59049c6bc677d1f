import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { TopicAffinity } from '../../domain/features.js';
import type { UserId } from '../../domain/ids.js';
import type { Millis } from '../../domain/time.js';
import { DateTime } from './date-time.js';

@ObjectType('TopicAffinity', { description: 'How much a user cares for a topic.', simpleResolvers: true })
export class TopicAffinityObject implements TopicAffinity {
  @Field(() => String, { description: 'The topic.' })
  readonly topic!: string;

  @Field(() => Float, {
    description: "Share of the user's votes and interests that fall on the topic, 0 to 1.",
  })
  readonly weight!: number;
}

@ObjectType('UserFeatures', { description: 'What the service knows of a user.', simpleResolvers: true })
export class UserFeaturesObject {
  @Field(() => ID, { description: 'The user.' })
  readonly userId!: UserId;

  @Field(() => Int, { description: 'Votes that stand.' })
  readonly votes!: number;

  @Field(() => [TopicAffinityObject], { description: 'Topics by weight, heaviest first.' })
  readonly topics!: readonly TopicAffinityObject[];

  @Field(() => [String], { description: 'Languages of the polls the user answers or chose.' })
  readonly languages!: readonly string[];

  @Field(() => DateTime, { description: 'When this last changed.' })
  readonly updatedAt!: Millis;
}

@ObjectType('ForgetPayload', {
  description: 'Erased at once from features, caches and outbox, from the warehouse by the next flow.',
  simpleResolvers: true,
})
export class ForgetPayloadObject {
  @Field(() => ID, { description: 'The user who was erased.' })
  readonly userId!: UserId;

  @Field(() => DateTime, { description: 'When the service stopped knowing the user.' })
  readonly erasedAt!: Millis;
}
