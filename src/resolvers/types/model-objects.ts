import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { ModelVersion, RunId } from '../../domain/ids.js';
import type { ModelMetric, ModelName } from '../../domain/model.js';
import type { Millis } from '../../domain/time.js';
import type {
  FlowRunInfo,
  ModelRefresh,
  ModelReplicaInfo,
  ModelState,
  ModelStatusInfo,
} from '../../registry/model-operations.js';
import { DateTime } from './date-time.js';
import { ModelNameEnum, ModelStateEnum } from './enums.js';

@ObjectType('ModelMetric', { description: 'A figure of quality.', simpleResolvers: true })
export class ModelMetricObject implements ModelMetric {
  @Field(() => String, { description: 'What is measured.' })
  readonly name!: string;

  @Field(() => Float, { description: 'The figure, measured on votes held back from training.' })
  readonly value!: number;
}

@ObjectType('ModelReplica', { description: 'One server of a model.', simpleResolvers: true })
export class ModelReplicaObject implements ModelReplicaInfo {
  @Field(() => String, { description: 'Its root.' })
  readonly url!: string;

  @Field(() => Boolean, { description: 'Whether it answered the last health check.' })
  readonly ready!: boolean;

  @Field(() => String, { nullable: true, description: 'What it serves; null where it does not tell.' })
  readonly version!: ModelVersion | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Smoothed time of an answer in milliseconds; null before the first.',
  })
  readonly latencyMs!: number | null;
}

@ObjectType('Canary', {
  description: 'A second version that a part of the users get, always the same ones.',
  simpleResolvers: true,
})
export class CanaryObject {
  @Field(() => String, { description: 'The second version.' })
  readonly version!: ModelVersion;

  @Field(() => Int, { description: 'The share of users who get it, in percent.' })
  readonly percent!: number;
}

@ObjectType('FlowRun', { description: 'One run of the flow that makes a model.', simpleResolvers: true })
export class FlowRunObject implements FlowRunInfo {
  @Field(() => ID, { description: 'The id of the run.' })
  readonly id!: RunId;

  @Field(() => DateTime, { description: 'When it began.' })
  readonly startedAt!: Millis;

  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it runs.' })
  readonly finishedAt!: Millis | null;

  @Field(() => String, { description: 'RUNNING, SUCCEEDED, FAILED or ABANDONED.' })
  readonly state!: FlowRunInfo['state'];
}

@ObjectType('ModelStatus', { description: 'Where a model stands.', simpleResolvers: true })
export class ModelStatusObject implements ModelStatusInfo {
  @Field(() => ModelNameEnum, { description: 'Which model.' })
  readonly name!: ModelName;

  @Field(() => ModelStateEnum, { description: 'How it is doing.' })
  readonly state!: ModelState;

  @Field(() => String, { nullable: true, description: 'The version that serves; null where there is none.' })
  readonly version!: ModelVersion | null;

  @Field(() => DateTime, { nullable: true, description: 'When that version was trained.' })
  readonly trainedAt!: Millis | null;

  @Field(() => DateTime, { nullable: true, description: 'The newest interaction the model has seen.' })
  readonly dataThrough!: Millis | null;

  @Field(() => [ModelMetricObject], { description: 'Its quality on votes held back from training.' })
  readonly metrics!: readonly ModelMetricObject[];

  @Field(() => CanaryObject, {
    nullable: true,
    description: 'The second version on trial; null where there is none.',
  })
  readonly canary!: CanaryObject | null;

  @Field(() => [ModelReplicaObject], { description: 'The servers of the model.' })
  readonly replicas!: readonly ModelReplicaObject[];

  @Field(() => FlowRunObject, {
    nullable: true,
    description: 'The last run of its flow; null before the first.',
  })
  readonly lastRun!: FlowRunObject | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When its flow runs next; null where nothing is scheduled.',
  })
  readonly nextRunAt!: Millis | null;
}

@ObjectType('ModelRefreshEvent', {
  description: 'A version of a model answers on the replicas.',
  simpleResolvers: true,
})
export class ModelRefreshEventObject implements ModelRefresh {
  @Field(() => ModelNameEnum, { description: 'Which model.' })
  readonly name!: ModelName;

  @Field(() => String, { description: 'The version that answers now.' })
  readonly version!: ModelVersion;

  @Field(() => String, {
    nullable: true,
    description: 'The version that answered before; null for the first.',
  })
  readonly previousVersion!: ModelVersion | null;

  @Field(() => DateTime, { description: 'When it began to answer.' })
  readonly refreshedAt!: Millis;

  @Field(() => [ModelMetricObject], { description: 'Its quality on votes held back from training.' })
  readonly metrics!: readonly ModelMetricObject[];

  @Field(() => Boolean, {
    description: 'True where this tells a new subscriber how things stand and nothing has just changed.',
  })
  readonly replayed!: boolean;

  @Field(() => Int, {
    description:
      'Wait so many milliseconds before asking again; it differs from client to client, so that not all ask at once.',
  })
  readonly refetchAfterMs!: number;
}
