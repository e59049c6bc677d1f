import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { pollId } from '../domain/ids.js';
import type { ApiContext } from './api-context.js';
import type { ApiServices } from './api-services.js';
import { parseId, parsePage, parseQuery, parseViewerContext } from './parse-arguments.js';
import { presentPage, presentRecommendations } from './present-page.js';
import { PollConnectionObject, RecommendationConnectionObject } from './types/connection-objects.js';
import {
  PopularPollsArguments,
  RecommendationsArguments,
  SearchPollsArguments,
  SimilarPollsArguments,
} from './types/list-arguments.js';
import { optionalUser, requireUser } from './viewer.js';

const DEFAULT_SCENARIO = 'home';

/** The lists of polls: for one user, popular, similar, found by words. */
@Resolver()
export class ListResolver {
  readonly #services: ApiServices;

  constructor(services: ApiServices) {
    this.#services = services;
  }

  @Query(() => RecommendationConnectionObject, {
    description:
      'Polls for one user, best first, never one that the user has voted on, dismissed or written. An unknown user is no error: the answer is popular polls.',
  })
  async recommendations(
    @Args(() => RecommendationsArguments) args: RecommendationsArguments,
    @Ctx() { viewer, signal }: ApiContext,
  ): Promise<RecommendationConnectionObject> {
    const { lists, catalogue } = this.#services;
    const page = await lists.recommendations({
      ...parsePage(args),
      userId: requireUser(viewer, args.userId),
      context: parseViewerContext(args.context),
      scenario: parseId(args.scenario ?? DEFAULT_SCENARIO, 'scenario'),
      personalised: args.personalised ?? true,
      signal,
    });
    return presentRecommendations(catalogue, page);
  }

  @Query(() => PollConnectionObject, {
    description:
      'What is popular, rising or new; with userId, without what that user has voted on, dismissed or written.',
  })
  async popularPolls(
    @Args(() => PopularPollsArguments) args: PopularPollsArguments,
    @Ctx() { viewer, signal }: ApiContext,
  ): Promise<PollConnectionObject> {
    const { lists, catalogue } = this.#services;
    const user = optionalUser(viewer, args.userId);
    const page = await lists.popular({
      ...parsePage(args),
      userId: user,
      order: args.order ?? 'POPULAR',
      signal,
    });
    return presentPage(catalogue, page);
  }

  @Query(() => PollConnectionObject, {
    description: 'Polls that go with one poll: who answers the one answers the others.',
  })
  async similarPolls(
    @Args(() => SimilarPollsArguments) args: SimilarPollsArguments,
    @Ctx() { viewer, signal }: ApiContext,
  ): Promise<PollConnectionObject> {
    const { lists, catalogue } = this.#services;
    const page = await lists.similar({
      ...parsePage(args),
      pollId: pollId(parseId(args.pollId, 'pollId')),
      userId: optionalUser(viewer, args.userId),
      signal,
    });
    return presentPage(catalogue, page);
  }

  @Query(() => PollConnectionObject, {
    description: 'Full text; with userId, ranked for that user among the matches.',
  })
  async searchPolls(
    @Args(() => SearchPollsArguments) args: SearchPollsArguments,
    @Ctx() { viewer, signal }: ApiContext,
  ): Promise<PollConnectionObject> {
    const { lists, catalogue } = this.#services;
    const page = await lists.search({
      ...parsePage(args),
      query: parseQuery(args.query),
      userId: optionalUser(viewer, args.userId),
      signal,
    });
    return presentPage(catalogue, page);
  }
}
