import { Field, Int, ObjectType } from 'type-graphql';
import type { RecordSummary, RejectedEvent, RejectionCode } from '../../events/recorder.js';
import { RejectionCodeEnum } from './enums.js';

@ObjectType('RejectedEvent', { description: 'One item that was refused.', simpleResolvers: true })
export class RejectedEventObject implements RejectedEvent {
  @Field(() => Int, { description: 'Its place in the input, from 0.' })
  readonly index!: number;

  @Field(() => RejectionCodeEnum, { description: 'Why, for programs.' })
  readonly code!: RejectionCode;

  @Field(() => String, { description: 'Why, for people: what was expected and what came.' })
  readonly message!: string;
}

@ObjectType('RecordPayload', {
  description:
    'One bad event does not lose the good ones: each is accepted or refused by itself, by its place in the input.',
  simpleResolvers: true,
})
export class RecordPayloadObject implements RecordSummary {
  @Field(() => Int, { description: 'Items taken in now, durably.' })
  readonly accepted!: number;

  @Field(() => Int, { description: 'Items whose event id was taken in before; they count once.' })
  readonly duplicates!: number;

  @Field(() => [RejectedEventObject], { description: 'Items refused, each with its place and why.' })
  readonly rejected!: readonly RejectedEventObject[];
}
