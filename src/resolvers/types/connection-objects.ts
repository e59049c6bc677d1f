import { Field, Float, ID, ObjectType } from 'type-graphql';
import type { ModelVersion, RecommendationId } from '../../domain/ids.js';
import type { ModelName, ModelRef } from '../../domain/model.js';
import type { FallbackReason, ReasonKind, RecommendationSource } from '../../domain/recommendation.js';
import type { Millis } from '../../domain/time.js';
import { DateTime } from './date-time.js';
import { FallbackReasonEnum, ModelNameEnum, ReasonKindEnum, RecommendationSourceEnum } from './enums.js';
import { PollObject, PollOptionObject } from './poll-object.js';

const CURSOR = 'Give it as `after` to get what follows; good for 30 minutes, on any instance.';
const RECOMMENDATION_ID =
  'Name it when recording impressions and votes, so that they are credited to this answer.';

@ObjectType('PageInfo', { description: 'Where a page lies in its list.', simpleResolvers: true })
export class PageInfoObject {
  @Field(() => Boolean, { description: 'Whether more follows.' })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether something came before.' })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; null for an empty page.' })
  readonly startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last edge, to be given as `after`; null for an empty page.',
  })
  readonly endCursor!: string | null;
}

@ObjectType('ModelRef', { description: 'One version of one model.', simpleResolvers: true })
export class ModelRefObject implements ModelRef {
  @Field(() => ModelNameEnum, { description: 'Which model.' })
  readonly name!: ModelName;

  @Field(() => String, { description: 'Its version; later versions sort after earlier ones.' })
  readonly version!: ModelVersion;
}

@ObjectType('Reason', {
  description: 'Why this poll was recommended: for BECAUSE_YOU_VOTED, the vote that weighed most.',
  simpleResolvers: true,
})
export class ReasonObject {
  @Field(() => ReasonKindEnum, { description: 'The kind of reason.' })
  readonly kind!: ReasonKind;

  @Field(() => PollObject, {
    nullable: true,
    description: 'The poll that the user voted on, if that is why.',
  })
  readonly poll!: PollObject | null;

  @Field(() => PollOptionObject, { nullable: true, description: 'What the user chose there.' })
  readonly option!: PollOptionObject | null;

  @Field(() => Float, { nullable: true, description: 'How much it weighed, in units of the score.' })
  readonly weight!: number | null;

  @Field(() => String, { description: 'One sentence for the user, in English.' })
  readonly text!: string;
}

@ObjectType('RecommendationEdge', { description: 'A recommended poll and why.', simpleResolvers: true })
export class RecommendationEdgeObject {
  @Field(() => String, { description: CURSOR })
  readonly cursor!: string;

  @Field(() => PollObject, { description: 'The poll.' })
  readonly node!: PollObject;

  @Field(() => Float, {
    description: 'What the list is ordered by, before diversity and freshness move places.',
  })
  readonly score!: number;

  @Field(() => ReasonObject, { description: 'Why it is in the list.' })
  readonly reason!: ReasonObject;
}

@ObjectType('RecommendationConnection', {
  description: 'One page of polls for a user, and how it came about.',
  simpleResolvers: true,
})
export class RecommendationConnectionObject {
  @Field(() => [RecommendationEdgeObject], { description: 'The polls, best first, each with its reason.' })
  readonly edges!: readonly RecommendationEdgeObject[];

  @Field(() => [PollObject], { description: 'The same polls without reasons and cursors.' })
  readonly nodes!: readonly PollObject[];

  @Field(() => PageInfoObject, { description: 'Where this page lies in the list.' })
  readonly pageInfo!: PageInfoObject;

  @Field(() => ID, { description: RECOMMENDATION_ID })
  readonly recommendationId!: RecommendationId;

  @Field(() => RecommendationSourceEnum, { description: 'Which path answered.' })
  readonly source!: RecommendationSource;

  @Field(() => FallbackReasonEnum, {
    nullable: true,
    description: 'Why it was not personalised, or fell back; null where all went as it should.',
  })
  readonly fallbackReason!: FallbackReason | null;

  @Field(() => ModelRefObject, {
    nullable: true,
    description: 'The model that answered; null where none did.',
  })
  readonly model!: ModelRefObject | null;

  @Field(() => DateTime, { description: 'When the list was made.' })
  readonly generatedAt!: Millis;
}

@ObjectType('PollEdge', { description: 'A poll in a list.', simpleResolvers: true })
export class PollEdgeObject {
  @Field(() => String, { description: CURSOR })
  readonly cursor!: string;

  @Field(() => PollObject, { description: 'The poll.' })
  readonly node!: PollObject;

  @Field(() => Float, { description: 'What the list is ordered by.' })
  readonly score!: number;
}

@ObjectType('PollConnection', { description: 'One page of a list of polls.', simpleResolvers: true })
export class PollConnectionObject {
  @Field(() => [PollEdgeObject], { description: 'The polls, first in order first.' })
  readonly edges!: readonly PollEdgeObject[];

  @Field(() => [PollObject], { description: 'The same polls without cursors.' })
  readonly nodes!: readonly PollObject[];

  @Field(() => PageInfoObject, { description: 'Where this page lies in the list.' })
  readonly pageInfo!: PageInfoObject;

  @Field(() => ID, { description: RECOMMENDATION_ID })
  readonly recommendationId!: RecommendationId;
}
