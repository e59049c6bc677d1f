import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { OptionId, PollId, UserId } from '../../domain/ids.js';
import type { Poll, PollOption, PollStatus } from '../../domain/poll.js';
import type { Millis } from '../../domain/time.js';
import { DateTime } from './date-time.js';
import { PollStatusEnum } from './enums.js';

@ObjectType('PollOption', { description: 'One of the answers a poll offers.', simpleResolvers: true })
export class PollOptionObject implements PollOption {
  @Field(() => ID, { description: 'Unique within its poll.' })
  readonly id!: OptionId;

  @Field(() => String, { description: 'What the user reads.' })
  readonly label!: string;

  @Field(() => Int, { description: 'Votes for this option that stand now.' })
  readonly votes!: number;

  @Field(() => Float, {
    description: "This option's share of the poll's votes, 0 to 1; 0 where there are none.",
  })
  readonly share!: number;
}

@ObjectType('PollStats', { description: "A poll's numbers as of now.", simpleResolvers: true })
export class PollStatsObject {
  @Field(() => Int, { description: 'Votes that stand now, over all options.' })
  readonly votes!: number;

  @Field(() => Int, { description: 'Votes of the last 24 hours.' })
  readonly votesLastDay!: number;

  @Field(() => Float, { description: 'The popularity that lists are ordered by.' })
  readonly score!: number;
}

@ObjectType('Poll', { description: 'A poll that users vote on.', simpleResolvers: true })
export class PollObject implements Poll {
  @Field(() => ID, { description: 'The id the app gave it.' })
  readonly id!: PollId;

  @Field(() => String, { description: 'The question; may be empty where the source has none.' })
  readonly question!: string;

  @Field(() => [PollOptionObject], { description: 'The answers it offers, in their order.' })
  readonly options!: readonly PollOptionObject[];

  @Field(() => [String], { description: 'Every topic the poll belongs to; a poll may have several.' })
  readonly topics!: readonly string[];

  @Field(() => String, { nullable: true, description: 'BCP 47 tag, such as `en`; null where unknown.' })
  readonly language!: string | null;

  @Field(() => ID, { nullable: true, description: 'The user who wrote it; null where unknown.' })
  readonly authorId!: UserId | null;

  @Field(() => DateTime, { description: 'When it was written.' })
  readonly createdAt!: Millis;

  @Field(() => DateTime, { nullable: true, description: 'When it stops taking votes; null for never.' })
  readonly closesAt!: Millis | null;

  @Field(() => PollStatusEnum, { description: 'Where it is in its life.' })
  readonly status!: PollStatus;

  @Field(() => PollStatsObject, { description: 'How many people answer it.' })
  readonly stats!: PollStatsObject;
}
