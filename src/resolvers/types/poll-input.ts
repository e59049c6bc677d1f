import { Field, ID, InputType } from 'type-graphql';
import type { PollStatus } from '../../domain/poll.js';
import { DateTime } from './date-time.js';
import { PollStatusEnum } from './enums.js';

@InputType('PollOptionInput', { description: 'One of the answers of a poll.' })
export class PollOptionInputObject {
  @Field(() => ID, { description: 'Unique within its poll; holds no colon.' })
  readonly id!: string;

  @Field(() => String, { description: 'What the user reads.' })
  readonly label!: string;
}

@InputType('PollInput', { description: 'A poll as the app has it; replaces the one of the same id.' })
export class PollInputObject {
  @Field(() => ID, { description: "The app's id of the poll." })
  readonly id!: string;

  @Field(() => String, { description: 'The question.' })
  readonly question!: string;

  @Field(() => [PollOptionInputObject], { description: 'Two or more answers, in their order.' })
  readonly options!: readonly PollOptionInputObject[];

  @Field(() => [String], { description: 'Every topic the poll belongs to; may be empty.' })
  readonly topics!: readonly string[];

  @Field(() => String, { nullable: true, description: 'BCP 47 tag, such as `en`.' })
  readonly language?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The user who wrote it; it is never recommended to that user.',
  })
  readonly authorId?: string | null;

  @Field(() => DateTime, { description: 'When it was written.' })
  readonly createdAt!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it stops taking votes; left out for never.' })
  readonly closesAt?: number | null;

  @Field(() => PollStatusEnum, {
    nullable: true,
    defaultValue: PollStatusEnum.OPEN,
    description: 'Where it is in its life.',
  })
  readonly status?: PollStatus | null;
}
