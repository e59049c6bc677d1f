import { Arg, Ctx, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { BadInputError } from '../domain/errors.js';
import { modelVersion } from '../domain/ids.js';
import { MODEL_NAMES, type ModelName } from '../domain/model.js';
import type { ApiContext } from './api-context.js';
import type { ApiServices } from './api-services.js';
import { parseId } from './parse-arguments.js';
import { ModelNameEnum } from './types/enums.js';
import { ModelRefreshEventObject, ModelStatusObject } from './types/model-objects.js';
import { requireService } from './viewer.js';

const WHICH = 'Which model.';

/** Models: where they stand, what operators do with them, and their refreshes. */
@Resolver()
export class ModelResolver {
  readonly #services: ApiServices;

  constructor(services: ApiServices) {
    this.#services = services;
  }

  @Query(() => ModelStatusObject, { description: 'Where one model stands.' })
  modelStatus(
    @Arg('name', () => ModelNameEnum, { description: WHICH }) name: ModelName,
  ): Promise<ModelStatusObject> {
    return this.#services.models.status(name);
  }

  @Query(() => [ModelStatusObject], { description: 'Where all models stand.' })
  models(): Promise<ModelStatusObject[]> {
    return Promise.all(MODEL_NAMES.map((name) => this.#services.models.status(name)));
  }

  @Mutation(() => ModelStatusObject, {
    description: 'Rolls a version out and makes it the one that serves. Operators only.',
  })
  async promoteModel(
    @Arg('name', () => ModelNameEnum, { description: WHICH }) name: ModelName,
    @Arg('version', () => String, { description: 'A version that is in the store.' }) version: string,
    @Ctx() { viewer }: ApiContext,
  ): Promise<ModelStatusObject> {
    requireService(viewer);
    await this.#services.models.promote(name, modelVersion(parseId(version, 'version')));
    return this.#services.models.status(name);
  }

  @Mutation(() => ModelStatusObject, {
    description: 'Returns to the version that served before. Operators only.',
  })
  async rollbackModel(
    @Arg('name', () => ModelNameEnum, { description: WHICH }) name: ModelName,
    @Ctx() { viewer }: ApiContext,
  ): Promise<ModelStatusObject> {
    requireService(viewer);
    await this.#services.models.rollback(name);
    return this.#services.models.status(name);
  }

  @Mutation(() => ModelStatusObject, {
    description:
      'Gives a second version to a part of the users, always the same ones; 0 percent ends it. Operators only.',
  })
  async setCanary(
    @Arg('name', () => ModelNameEnum, { description: WHICH }) name: ModelName,
    @Arg('version', () => String, { description: 'A version that is in the store.' }) version: string,
    @Arg('percent', () => Int, { description: '0 to 100.' }) percent: number,
    @Ctx() { viewer }: ApiContext,
  ): Promise<ModelStatusObject> {
    requireService(viewer);
    if (percent < 0 || percent > 100) {
      throw new BadInputError(`percent is ${percent}; expected 0 to 100.`, 'percent');
    }
    await this.#services.models.setCanary(name, modelVersion(parseId(version, 'version')), percent);
    return this.#services.models.status(name);
  }

  @Subscription(() => ModelRefreshEventObject, {
    description:
      'Fires on every API instance once a new version answers on the replicas; a new subscriber first gets the present state, marked replayed.',
    subscribe: ({ args, context }: { args: { names?: ModelName[] | null }; context: ApiContext }) =>
      context.resolvers.refreshes.events(args.names ?? MODEL_NAMES, context.signal),
  })
  modelRefreshed(
    @Root() event: ModelRefreshEventObject,
    @Arg('names', () => [ModelNameEnum], { nullable: true, description: 'Which models; left out: all.' })
    _names: readonly ModelName[] | null | undefined,
  ): ModelRefreshEventObject {
    return event;
  }
}
