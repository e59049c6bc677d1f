import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { PopularityOrder } from '../../recommend/poll-lists.js';
import { DateTime } from './date-time.js';
import { PopularityOrderEnum } from './enums.js';

@InputType('PollFilter', {
  description:
    'Hard conditions: all hold together; a list matches when any of its values does. At most 1,000 values a list.',
})
export class PollFilterInput {
  @Field(() => [String], { nullable: true, description: 'Only polls of one of these topics.' })
  readonly topics?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Only polls in one of these languages.' })
  readonly languages?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'No poll of any of these topics.' })
  readonly excludeTopics?: readonly string[] | null;

  @Field(() => [ID], { nullable: true, description: 'None of these polls.' })
  readonly excludePolls?: readonly string[] | null;

  @Field(() => [ID], { nullable: true, description: 'No poll written by any of these users.' })
  readonly excludeAuthors?: readonly string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Only polls written after this moment.' })
  readonly createdAfter?: number | null;
}

@InputType('ViewerContext', { description: 'Soft hints: they move the order, and never empty a list.' })
export class ViewerContextInput {
  @Field(() => [String], { nullable: true, description: 'Languages the user reads here and now.' })
  readonly languages?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Topics the user is looking at.' })
  readonly topics?: readonly string[] | null;
}

@ArgsType()
export class PageArguments {
  @Field(() => Int, { nullable: true, defaultValue: 10, description: 'How many, 1 to 100.' })
  readonly first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: '`endCursor` of the page before; left out for the first page.',
  })
  readonly after?: string | null;

  @Field(() => PollFilterInput, { nullable: true, description: 'Hard conditions on the polls.' })
  readonly filter?: PollFilterInput | null;
}

@ArgsType()
export class RecommendationsArguments extends PageArguments {
  @Field(() => ID, {
    nullable: true,
    description:
      "For whom; left out: the subject of the caller's token. Naming another user needs a service key.",
  })
  readonly userId?: string | null;

  @Field(() => ViewerContextInput, { nullable: true, description: 'Soft hints on the order.' })
  readonly context?: ViewerContextInput | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Where in the app the list is shown, such as `home` (the default) or `onboarding`; a name without settings of its own gets those of `home`.',
  })
  readonly scenario?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: 'False: no personal list, popular polls instead (`fallbackReason: OPTED_OUT`).',
  })
  readonly personalised?: boolean | null;
}

@ArgsType()
class ForUserArguments extends PageArguments {
  @Field(() => ID, {
    nullable: true,
    description:
      "Leaves out what this user has voted on, dismissed or written; left out: the subject of the caller's token, if any.",
  })
  readonly userId?: string | null;
}

@ArgsType()
export class PopularPollsArguments extends ForUserArguments {
  @Field(() => PopularityOrderEnum, {
    nullable: true,
    defaultValue: PopularityOrderEnum.POPULAR,
    description: 'What comes first.',
  })
  readonly order?: PopularityOrder | null;
}

@ArgsType()
export class SimilarPollsArguments extends ForUserArguments {
  @Field(() => ID, { description: 'The poll that the others are to be like.' })
  readonly pollId!: string;
}

@ArgsType()
export class SearchPollsArguments extends ForUserArguments {
  @Field(() => String, {
    description: 'Words to look for in questions, options and topics; at most 500 characters.',
  })
  readonly query!: string;
}
