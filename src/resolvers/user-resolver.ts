import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { BadInputError } from '../domain/errors.js';
import type { UserFeatures } from '../domain/features.js';
import { userId } from '../domain/ids.js';
import type { ApiContext } from './api-context.js';
import type { ApiServices } from './api-services.js';
import { parseId, parseList } from './parse-arguments.js';
import { ForgetPayloadObject, UserFeaturesObject } from './types/user-objects.js';
import { requireService, requireUser } from './viewer.js';

const SELF = "Left out: the subject of the caller's token.";

/** What is known of users, and their say in it. */
@Resolver()
export class UserResolver {
  readonly #services: ApiServices;

  constructor(services: ApiServices) {
    this.#services = services;
  }

  @Query(() => UserFeaturesObject, {
    nullable: true,
    description: 'What the service knows of a user; null when it knows nothing.',
  })
  async userFeatures(
    @Arg('userId', () => ID, { nullable: true, description: SELF }) named: string | null | undefined,
    @Ctx() { viewer, loaders }: ApiContext,
  ): Promise<UserFeaturesObject | null> {
    const features = await loaders.userFeatures.load(requireUser(viewer, named));
    return features === null ? null : presentFeatures(features);
  }

  @Mutation(() => UserFeaturesObject, {
    description:
      'Topics and languages chosen at sign-up, for a user without votes; they count as features. Replaces those chosen before.',
  })
  async setInterests(
    @Arg('userId', () => ID, { nullable: true, description: SELF }) named: string | null | undefined,
    @Arg('topics', () => [String], { description: 'Chosen topics; may be empty.' }) topics: readonly string[],
    @Arg('languages', () => [String], { nullable: true, description: 'Chosen languages.' })
    languages: readonly string[] | null | undefined,
    @Ctx() { viewer }: ApiContext,
  ): Promise<UserFeaturesObject> {
    const features = await this.#services.recorder.setInterests(requireUser(viewer, named), {
      topics: [...new Set(parseList(topics, 'topics', parseId))],
      languages: [...new Set(parseList(languages, 'languages', parseId))],
    });
    return presentFeatures(features);
  }

  @Mutation(() => UserFeaturesObject, {
    nullable: true,
    description:
      "An anonymous visitor has signed in: what is known of `from` becomes `into`'s, and `from` is forgotten. Null where nothing is known of either. Service keys only.",
  })
  async mergeUsers(
    @Arg('from', () => ID, { description: 'The visitor.' }) from: string,
    @Arg('into', () => ID, { description: 'The user the visitor turned out to be.' }) into: string,
    @Ctx() { viewer }: ApiContext,
  ): Promise<UserFeaturesObject | null> {
    requireService(viewer);
    const source = userId(parseId(from, 'from'));
    const target = userId(parseId(into, 'into'));
    if (source === target) throw new BadInputError('from and into are the same user; expected two.', 'into');
    const features = await this.#services.recorder.mergeUsers(source, target);
    return features === null ? null : presentFeatures(features);
  }

  @Mutation(() => ForgetPayloadObject, { description: 'Erases a user everywhere the service keeps data.' })
  async forgetUser(
    @Arg('userId', () => ID, { description: 'Whom. A token may name its own subject, a service key anyone.' })
    named: string,
    @Ctx() { viewer }: ApiContext,
  ): Promise<ForgetPayloadObject> {
    const user = requireUser(viewer, named);
    return { userId: user, erasedAt: await this.#services.recorder.forgetUser(user) };
  }
}

const presentFeatures = (features: UserFeatures): UserFeaturesObject => ({
  userId: features.userId,
  votes: features.voted.length,
  topics: features.affinities,
  languages: [...new Set([...features.interests.languages, ...features.languages])],
  updatedAt: features.updatedAt,
});
