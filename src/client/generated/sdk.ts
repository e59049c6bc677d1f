/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import { type GraphQLClient, type RequestOptions } from 'graphql-request';
import { gql } from 'graphql-request';
type GraphQLClientRequestHeaders = RequestOptions['requestHeaders'];
/** Why an answer was not personalised, or why it fell back: the first thing that failed. Never hidden from the caller. */
export type FallbackReason =
  /** The feature store did not answer. */
  | 'FEATURES_UNAVAILABLE'
  /** Nothing is known of the user yet: no vote, no interest. */
  | 'NO_FEATURES'
  /** The caller asked for no personal list. */
  | 'OPTED_OUT'
  /** No replica of the personalisation model answered. */
  | 'PERSONALISATION_UNAVAILABLE'
  /** No replica of the popularity model answered. */
  | 'POPULAR_UNAVAILABLE'
  /** The time budget of the request was used up. */
  | 'TIMED_OUT'
  /** The model gave fewer polls than asked for; popular polls were added. */
  | 'TOO_FEW_RESULTS';

/** A poll that was on the screen of the user. */
export type ImpressionInput = {
  /** The caller's own id of the event: sending it twice counts once. Made up when absent. */
  readonly eventId?: string | null | undefined;
  /** On which poll. */
  readonly pollId: string;
  /** Its place in the list, from 0. */
  readonly position?: number | null | undefined;
  /** The answer that led to it, as `recommendationId` named it. */
  readonly recommendationId?: string | null | undefined;
  /** When; left out: now. */
  readonly seenAt?: string | null | undefined;
  /** Who; left out: the subject of the caller's token. Naming another user needs a service key. */
  readonly userId?: string | null | undefined;
};

/** What the user did with a poll other than voting. */
export type InteractionInput = {
  /** When; left out: now. */
  readonly at?: string | null | undefined;
  /** The caller's own id of the event: sending it twice counts once. Made up when absent. */
  readonly eventId?: string | null | undefined;
  /** What was done. */
  readonly kind: InteractionKind;
  /** On which poll. */
  readonly pollId: string;
  /** The answer that led to it, as `recommendationId` named it. */
  readonly recommendationId?: string | null | undefined;
  /** Who; left out: the subject of the caller's token. Naming another user needs a service key. */
  readonly userId?: string | null | undefined;
};

/** What a user did with a poll other than voting. */
export type InteractionKind =
  /** Not interested: never again, until UNDO_DISMISS. */
  | 'DISMISS'
  /** As if the user had never voted on it. */
  | 'RETRACT_VOTE'
  /** Passed over for now. */
  | 'SKIP'
  /** Takes a DISMISS back. */
  | 'UNDO_DISMISS';

/** The two kinds of model. */
export type ModelName =
  /** Orders polls for one user by that user's votes. */
  | 'PERSONALISATION'
  /** Orders polls for everyone, by topic and language too. */
  | 'POPULAR';

/** How a model is doing. */
export type ModelState =
  /** A replica is away, or the last flow failed. */
  | 'DEGRADED'
  /** A replica is still on its way. */
  | 'LOADING'
  /** There is no version yet. */
  | 'MISSING'
  /** A version answers on every replica. */
  | 'READY';

/** Hard conditions: all hold together; a list matches when any of its values does. At most 1,000 values a list. */
export type PollFilter = {
  /** Only polls written after this moment. */
  readonly createdAfter?: string | null | undefined;
  /** No poll written by any of these users. */
  readonly excludeAuthors?: ReadonlyArray<string> | null | undefined;
  /** None of these polls. */
  readonly excludePolls?: ReadonlyArray<string> | null | undefined;
  /** No poll of any of these topics. */
  readonly excludeTopics?: ReadonlyArray<string> | null | undefined;
  /** Only polls in one of these languages. */
  readonly languages?: ReadonlyArray<string> | null | undefined;
  /** Only polls of one of these topics. */
  readonly topics?: ReadonlyArray<string> | null | undefined;
};

/** A poll as the app has it; replaces the one of the same id. */
export type PollInput = {
  /** The user who wrote it; it is never recommended to that user. */
  readonly authorId?: string | null | undefined;
  /** When it stops taking votes; left out for never. */
  readonly closesAt?: string | null | undefined;
  /** When it was written. */
  readonly createdAt: string;
  /** The app's id of the poll. */
  readonly id: string;
  /** BCP 47 tag, such as `en`. */
  readonly language?: string | null | undefined;
  /** Two or more answers, in their order. */
  readonly options: ReadonlyArray<PollOptionInput>;
  /** The question. */
  readonly question: string;
  /** Where it is in its life. */
  readonly status?: PollStatus | null | undefined;
  /** Every topic the poll belongs to; may be empty. */
  readonly topics: ReadonlyArray<string>;
};

/** One of the answers of a poll. */
export type PollOptionInput = {
  /** Unique within its poll; holds no colon. */
  readonly id: string;
  /** What the user reads. */
  readonly label: string;
};

/** Where a poll is in its life. Only OPEN polls are ever recommended, listed as popular, or found similar. */
export type PollStatus =
  /** Takes no more votes. */
  | 'CLOSED'
  /** Taken out by moderation; may come back. */
  | 'HIDDEN'
  /** Takes votes, unless its closing time has passed. */
  | 'OPEN'
  /** Taken out for good. */
  | 'REMOVED';

/** What comes first in a list that is not personal. */
export type PopularityOrder =
  /** The time of creation, newest first. */
  | 'NEWEST'
  /** Recent votes times the share that agrees, highest first. */
  | 'POPULAR'
  /** The rise of the last day over the poll's own past, steepest first. */
  | 'TRENDING';

/** Why a poll is in a list. */
export type ReasonKind =
  /** A vote of the user speaks for it. */
  | 'BECAUSE_YOU_VOTED'
  /** It is new, and the service wants to learn whom it suits. */
  | 'EXPLORATION'
  /** It was put there by the app. */
  | 'PINNED'
  /** Many people answer it. */
  | 'POPULAR'
  /** More people answer it today than before. */
  | 'TRENDING'
  /** It fits the topics or languages the user chose. */
  | 'YOUR_INTERESTS';

/** Which path answered: one of the two models, or what stands in when neither could. */
export type RecommendationSource =
  /** No model answered; the list is of polls near to what the user voted on lately, or else of what was popular when it was last known. */
  | 'FALLBACK'
  /** The personalisation model, asked with the user's own history. */
  | 'PERSONALISED'
  /** The popularity model: what many people answer at present. */
  | 'POPULAR';

/** Why one item of a list was refused. */
export type RejectionCode =
  /** The caller may not act for that user. */
  | 'FORBIDDEN'
  /** The item is malformed; the message says where and what was expected. */
  | 'INVALID'
  /** The event lies in the future. */
  | 'IN_FUTURE'
  /** The poll takes no votes at that time. */
  | 'POLL_CLOSED'
  /** The event lies further in the past than is taken in. */
  | 'TOO_OLD'
  /** The poll has no option of that id. */
  | 'UNKNOWN_OPTION'
  /** There is no poll of that id. */
  | 'UNKNOWN_POLL';

/** Soft hints: they move the order, and never empty a list. */
export type ViewerContext = {
  /** Languages the user reads here and now. */
  readonly languages?: ReadonlyArray<string> | null | undefined;
  /** Topics the user is looking at. */
  readonly topics?: ReadonlyArray<string> | null | undefined;
};

/** One vote. A later vote on the same poll replaces it. */
export type VoteInput = {
  /** The caller's own id of the event: sending it twice counts once. Made up when absent. */
  readonly eventId?: string | null | undefined;
  /** Which option of the poll. */
  readonly optionId: string;
  /** On which poll. */
  readonly pollId: string;
  /** The answer that led to it, as `recommendationId` named it. */
  readonly recommendationId?: string | null | undefined;
  /** Who; left out: the subject of the caller's token. Naming another user needs a service key. */
  readonly userId?: string | null | undefined;
  /** When; left out: now. */
  readonly votedAt?: string | null | undefined;
};

export type ForgetUserMutationVariables = Exact<{
  userId: string;
}>;


export type ForgetUserMutation = { readonly forgetUser: { readonly userId: string, readonly erasedAt: string } };

export type MergeUsersMutationVariables = Exact<{
  from: string;
  into: string;
}>;


export type MergeUsersMutation = { readonly mergeUsers: { readonly userId: string, readonly votes: number, readonly updatedAt: string } | null };

export type ModelRefreshedSubscriptionVariables = Exact<{
  names?: ReadonlyArray<ModelName> | ModelName | null | undefined;
}>;


export type ModelRefreshedSubscription = { readonly modelRefreshed: { readonly name: ModelName, readonly version: string, readonly previousVersion: string | null, readonly refreshedAt: string, readonly replayed: boolean, readonly refetchAfterMs: number, readonly metrics: ReadonlyArray<{ readonly name: string, readonly value: number }> } };

export type ModelStatusQueryVariables = Exact<{
  name: ModelName;
}>;


export type ModelStatusQuery = { readonly modelStatus: { readonly name: ModelName, readonly state: ModelState, readonly version: string | null, readonly trainedAt: string | null, readonly dataThrough: string | null, readonly metrics: ReadonlyArray<{ readonly name: string, readonly value: number }> } };

export type ModelsQueryVariables = Exact<{ [key: string]: never; }>;


export type ModelsQuery = { readonly models: ReadonlyArray<{ readonly name: ModelName, readonly state: ModelState, readonly version: string | null, readonly trainedAt: string | null, readonly dataThrough: string | null, readonly nextRunAt: string | null, readonly metrics: ReadonlyArray<{ readonly name: string, readonly value: number }>, readonly canary: { readonly version: string, readonly percent: number } | null, readonly replicas: ReadonlyArray<{ readonly url: string, readonly ready: boolean, readonly version: string | null, readonly latencyMs: number | null }>, readonly lastRun: { readonly id: string, readonly startedAt: string, readonly finishedAt: string | null, readonly state: string } | null }> };

export type PollQueryVariables = Exact<{
  id: string;
}>;


export type PollQuery = { readonly poll: { readonly id: string, readonly question: string, readonly topics: ReadonlyArray<string>, readonly language: string | null, readonly authorId: string | null, readonly createdAt: string, readonly closesAt: string | null, readonly status: PollStatus, readonly options: ReadonlyArray<{ readonly id: string, readonly label: string, readonly votes: number, readonly share: number }>, readonly stats: { readonly votes: number, readonly votesLastDay: number, readonly score: number } } | null };

export type PollsQueryVariables = Exact<{
  ids: ReadonlyArray<string> | string;
}>;


export type PollsQuery = { readonly polls: ReadonlyArray<{ readonly id: string, readonly question: string, readonly topics: ReadonlyArray<string>, readonly language: string | null, readonly status: PollStatus, readonly options: ReadonlyArray<{ readonly id: string, readonly label: string, readonly votes: number, readonly share: number }> } | null> };

export type PopularPollsQueryVariables = Exact<{
  userId?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: PollFilter | null | undefined;
  order?: PopularityOrder | null | undefined;
}>;


export type PopularPollsQuery = { readonly popularPolls: { readonly recommendationId: string, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly score: number, readonly node: { readonly id: string, readonly question: string, readonly topics: ReadonlyArray<string>, readonly createdAt: string, readonly stats: { readonly votes: number, readonly votesLastDay: number, readonly score: number } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type PromoteModelMutationVariables = Exact<{
  name: ModelName;
  version: string;
}>;


export type PromoteModelMutation = { readonly promoteModel: { readonly name: ModelName, readonly state: ModelState, readonly version: string | null } };

export type RecommendationsNextPageQueryVariables = Exact<{
  userId?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: PollFilter | null | undefined;
}>;


export type RecommendationsNextPageQuery = { readonly recommendations: { readonly recommendationId: string, readonly nodes: ReadonlyArray<{ readonly id: string, readonly question: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null } } };

export type RecommendationsQueryVariables = Exact<{
  userId?: string | null | undefined;
  first?: number | null | undefined;
  filter?: PollFilter | null | undefined;
  context?: ViewerContext | null | undefined;
}>;


export type RecommendationsQuery = { readonly recommendations: { readonly source: RecommendationSource, readonly fallbackReason: FallbackReason | null, readonly recommendationId: string, readonly generatedAt: string, readonly model: { readonly name: ModelName, readonly version: string } | null, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly score: number, readonly node: { readonly id: string, readonly question: string, readonly topics: ReadonlyArray<string>, readonly language: string | null, readonly options: ReadonlyArray<{ readonly id: string, readonly label: string, readonly share: number }>, readonly stats: { readonly votes: number, readonly votesLastDay: number } }, readonly reason: { readonly kind: ReasonKind, readonly text: string, readonly weight: number | null, readonly poll: { readonly id: string, readonly question: string } | null, readonly option: { readonly id: string, readonly label: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type RecordImpressionsMutationVariables = Exact<{
  impressions: ReadonlyArray<ImpressionInput> | ImpressionInput;
}>;


export type RecordImpressionsMutation = { readonly recordImpressions: { readonly accepted: number, readonly duplicates: number, readonly rejected: ReadonlyArray<{ readonly index: number, readonly code: RejectionCode, readonly message: string }> } };

export type RecordInteractionsMutationVariables = Exact<{
  interactions: ReadonlyArray<InteractionInput> | InteractionInput;
}>;


export type RecordInteractionsMutation = { readonly recordInteractions: { readonly accepted: number, readonly duplicates: number, readonly rejected: ReadonlyArray<{ readonly index: number, readonly code: RejectionCode, readonly message: string }> } };

export type RecordVotesMutationVariables = Exact<{
  votes: ReadonlyArray<VoteInput> | VoteInput;
}>;


export type RecordVotesMutation = { readonly recordVotes: { readonly accepted: number, readonly duplicates: number, readonly rejected: ReadonlyArray<{ readonly index: number, readonly code: RejectionCode, readonly message: string }> } };

export type RollbackModelMutationVariables = Exact<{
  name: ModelName;
}>;


export type RollbackModelMutation = { readonly rollbackModel: { readonly name: ModelName, readonly state: ModelState, readonly version: string | null } };

export type SearchPollsQueryVariables = Exact<{
  query: string;
  userId?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: PollFilter | null | undefined;
}>;


export type SearchPollsQuery = { readonly searchPolls: { readonly recommendationId: string, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly score: number, readonly node: { readonly id: string, readonly question: string, readonly topics: ReadonlyArray<string> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type SetCanaryMutationVariables = Exact<{
  name: ModelName;
  version: string;
  percent: number;
}>;


export type SetCanaryMutation = { readonly setCanary: { readonly name: ModelName, readonly version: string | null, readonly canary: { readonly version: string, readonly percent: number } | null } };

export type SetInterestsMutationVariables = Exact<{
  userId?: string | null | undefined;
  topics: ReadonlyArray<string> | string;
  languages?: ReadonlyArray<string> | string | null | undefined;
}>;


export type SetInterestsMutation = { readonly setInterests: { readonly userId: string, readonly votes: number, readonly languages: ReadonlyArray<string>, readonly updatedAt: string, readonly topics: ReadonlyArray<{ readonly topic: string, readonly weight: number }> } };

export type SetPollStatusMutationVariables = Exact<{
  pollId: string;
  status: PollStatus;
}>;


export type SetPollStatusMutation = { readonly setPollStatus: { readonly id: string, readonly question: string, readonly status: PollStatus } };

export type SimilarPollsQueryVariables = Exact<{
  pollId: string;
  userId?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: PollFilter | null | undefined;
}>;


export type SimilarPollsQuery = { readonly similarPolls: { readonly recommendationId: string, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly score: number, readonly node: { readonly id: string, readonly question: string, readonly topics: ReadonlyArray<string> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type UpsertPollsMutationVariables = Exact<{
  polls: ReadonlyArray<PollInput> | PollInput;
}>;


export type UpsertPollsMutation = { readonly upsertPolls: { readonly accepted: number, readonly duplicates: number, readonly rejected: ReadonlyArray<{ readonly index: number, readonly code: RejectionCode, readonly message: string }> } };

export type UserFeaturesQueryVariables = Exact<{
  userId?: string | null | undefined;
}>;


export type UserFeaturesQuery = { readonly userFeatures: { readonly userId: string, readonly votes: number, readonly languages: ReadonlyArray<string>, readonly updatedAt: string, readonly topics: ReadonlyArray<{ readonly topic: string, readonly weight: number }> } | null };


export const ForgetUserDocument = gql`
    mutation ForgetUser($userId: ID!) {
  forgetUser(userId: $userId) {
    userId
    erasedAt
  }
}
    `;
export const MergeUsersDocument = gql`
    mutation MergeUsers($from: ID!, $into: ID!) {
  mergeUsers(from: $from, into: $into) {
    userId
    votes
    updatedAt
  }
}
    `;
export const ModelRefreshedDocument = gql`
    subscription ModelRefreshed($names: [ModelName!]) {
  modelRefreshed(names: $names) {
    name
    version
    previousVersion
    refreshedAt
    metrics {
      name
      value
    }
    replayed
    refetchAfterMs
  }
}
    `;
export const ModelStatusDocument = gql`
    query ModelStatus($name: ModelName!) {
  modelStatus(name: $name) {
    name
    state
    version
    trainedAt
    dataThrough
    metrics {
      name
      value
    }
  }
}
    `;
export const ModelsDocument = gql`
    query Models {
  models {
    name
    state
    version
    trainedAt
    dataThrough
    metrics {
      name
      value
    }
    canary {
      version
      percent
    }
    replicas {
      url
      ready
      version
      latencyMs
    }
    lastRun {
      id
      startedAt
      finishedAt
      state
    }
    nextRunAt
  }
}
    `;
export const PollDocument = gql`
    query Poll($id: ID!) {
  poll(id: $id) {
    id
    question
    options {
      id
      label
      votes
      share
    }
    topics
    language
    authorId
    createdAt
    closesAt
    status
    stats {
      votes
      votesLastDay
      score
    }
  }
}
    `;
export const PollsDocument = gql`
    query Polls($ids: [ID!]!) {
  polls(ids: $ids) {
    id
    question
    options {
      id
      label
      votes
      share
    }
    topics
    language
    status
  }
}
    `;
export const PopularPollsDocument = gql`
    query PopularPolls($userId: ID, $first: Int = 10, $after: String, $filter: PollFilter, $order: PopularityOrder = POPULAR) {
  popularPolls(
    userId: $userId
    first: $first
    after: $after
    filter: $filter
    order: $order
  ) {
    recommendationId
    edges {
      cursor
      score
      node {
        id
        question
        topics
        createdAt
        stats {
          votes
          votesLastDay
          score
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `;
export const PromoteModelDocument = gql`
    mutation PromoteModel($name: ModelName!, $version: String!) {
  promoteModel(name: $name, version: $version) {
    name
    state
    version
  }
}
    `;
export const RecommendationsNextPageDocument = gql`
    query RecommendationsNextPage($userId: ID, $first: Int = 10, $after: String, $filter: PollFilter) {
  recommendations(userId: $userId, first: $first, after: $after, filter: $filter) {
    recommendationId
    nodes {
      id
      question
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
  }
}
    `;
export const RecommendationsDocument = gql`
    query Recommendations($userId: ID, $first: Int = 10, $filter: PollFilter, $context: ViewerContext) {
  recommendations(
    userId: $userId
    first: $first
    filter: $filter
    context: $context
  ) {
    source
    fallbackReason
    model {
      name
      version
    }
    recommendationId
    generatedAt
    edges {
      cursor
      score
      node {
        id
        question
        topics
        language
        options {
          id
          label
          share
        }
        stats {
          votes
          votesLastDay
        }
      }
      reason {
        kind
        text
        weight
        poll {
          id
          question
        }
        option {
          id
          label
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `;
export const RecordImpressionsDocument = gql`
    mutation RecordImpressions($impressions: [ImpressionInput!]!) {
  recordImpressions(impressions: $impressions) {
    accepted
    duplicates
    rejected {
      index
      code
      message
    }
  }
}
    `;
export const RecordInteractionsDocument = gql`
    mutation RecordInteractions($interactions: [InteractionInput!]!) {
  recordInteractions(interactions: $interactions) {
    accepted
    duplicates
    rejected {
      index
      code
      message
    }
  }
}
    `;
export const RecordVotesDocument = gql`
    mutation RecordVotes($votes: [VoteInput!]!) {
  recordVotes(votes: $votes) {
    accepted
    duplicates
    rejected {
      index
      code
      message
    }
  }
}
    `;
export const RollbackModelDocument = gql`
    mutation RollbackModel($name: ModelName!) {
  rollbackModel(name: $name) {
    name
    state
    version
  }
}
    `;
export const SearchPollsDocument = gql`
    query SearchPolls($query: String!, $userId: ID, $first: Int = 10, $after: String, $filter: PollFilter) {
  searchPolls(
    query: $query
    userId: $userId
    first: $first
    after: $after
    filter: $filter
  ) {
    recommendationId
    edges {
      cursor
      score
      node {
        id
        question
        topics
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `;
export const SetCanaryDocument = gql`
    mutation SetCanary($name: ModelName!, $version: String!, $percent: Int!) {
  setCanary(name: $name, version: $version, percent: $percent) {
    name
    version
    canary {
      version
      percent
    }
  }
}
    `;
export const SetInterestsDocument = gql`
    mutation SetInterests($userId: ID, $topics: [String!]!, $languages: [String!]) {
  setInterests(userId: $userId, topics: $topics, languages: $languages) {
    userId
    votes
    topics {
      topic
      weight
    }
    languages
    updatedAt
  }
}
    `;
export const SetPollStatusDocument = gql`
    mutation SetPollStatus($pollId: ID!, $status: PollStatus!) {
  setPollStatus(pollId: $pollId, status: $status) {
    id
    question
    status
  }
}
    `;
export const SimilarPollsDocument = gql`
    query SimilarPolls($pollId: ID!, $userId: ID, $first: Int = 10, $after: String, $filter: PollFilter) {
  similarPolls(
    pollId: $pollId
    userId: $userId
    first: $first
    after: $after
    filter: $filter
  ) {
    recommendationId
    edges {
      cursor
      score
      node {
        id
        question
        topics
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `;
export const UpsertPollsDocument = gql`
    mutation UpsertPolls($polls: [PollInput!]!) {
  upsertPolls(polls: $polls) {
    accepted
    duplicates
    rejected {
      index
      code
      message
    }
  }
}
    `;
export const UserFeaturesDocument = gql`
    query UserFeatures($userId: ID) {
  userFeatures(userId: $userId) {
    userId
    votes
    topics {
      topic
      weight
    }
    languages
    updatedAt
  }
}
    `;

export type SdkFunctionWrapper = <T>(action: (requestHeaders?:Record<string, string>) => Promise<T>, operationName: string, operationType?: string, variables?: any) => Promise<T>;


const defaultWrapper: SdkFunctionWrapper = (action, _operationName, _operationType, _variables) => action();

export function getSdk(client: GraphQLClient, withWrapper: SdkFunctionWrapper = defaultWrapper) {
  return {
    ForgetUser(variables: ForgetUserMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ForgetUserMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<ForgetUserMutation>({ document: ForgetUserDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'ForgetUser', 'mutation', variables);
    },
    MergeUsers(variables: MergeUsersMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<MergeUsersMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<MergeUsersMutation>({ document: MergeUsersDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'MergeUsers', 'mutation', variables);
    },
    ModelRefreshed(variables?: ModelRefreshedSubscriptionVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ModelRefreshedSubscription> {
      return withWrapper((wrappedRequestHeaders) => client.request<ModelRefreshedSubscription>({ document: ModelRefreshedDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'ModelRefreshed', 'subscription', variables);
    },
    ModelStatus(variables: ModelStatusQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ModelStatusQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ModelStatusQuery>({ document: ModelStatusDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'ModelStatus', 'query', variables);
    },
    Models(variables?: ModelsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<ModelsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<ModelsQuery>({ document: ModelsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'Models', 'query', variables);
    },
    Poll(variables: PollQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<PollQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<PollQuery>({ document: PollDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'Poll', 'query', variables);
    },
    Polls(variables: PollsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<PollsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<PollsQuery>({ document: PollsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'Polls', 'query', variables);
    },
    PopularPolls(variables?: PopularPollsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<PopularPollsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<PopularPollsQuery>({ document: PopularPollsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'PopularPolls', 'query', variables);
    },
    PromoteModel(variables: PromoteModelMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<PromoteModelMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<PromoteModelMutation>({ document: PromoteModelDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'PromoteModel', 'mutation', variables);
    },
    RecommendationsNextPage(variables?: RecommendationsNextPageQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<RecommendationsNextPageQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<RecommendationsNextPageQuery>({ document: RecommendationsNextPageDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'RecommendationsNextPage', 'query', variables);
    },
    Recommendations(variables?: RecommendationsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<RecommendationsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<RecommendationsQuery>({ document: RecommendationsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'Recommendations', 'query', variables);
    },
    RecordImpressions(variables: RecordImpressionsMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<RecordImpressionsMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<RecordImpressionsMutation>({ document: RecordImpressionsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'RecordImpressions', 'mutation', variables);
    },
    RecordInteractions(variables: RecordInteractionsMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<RecordInteractionsMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<RecordInteractionsMutation>({ document: RecordInteractionsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'RecordInteractions', 'mutation', variables);
    },
    RecordVotes(variables: RecordVotesMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<RecordVotesMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<RecordVotesMutation>({ document: RecordVotesDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'RecordVotes', 'mutation', variables);
    },
    RollbackModel(variables: RollbackModelMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<RollbackModelMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<RollbackModelMutation>({ document: RollbackModelDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'RollbackModel', 'mutation', variables);
    },
    SearchPolls(variables: SearchPollsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SearchPollsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<SearchPollsQuery>({ document: SearchPollsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'SearchPolls', 'query', variables);
    },
    SetCanary(variables: SetCanaryMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SetCanaryMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<SetCanaryMutation>({ document: SetCanaryDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'SetCanary', 'mutation', variables);
    },
    SetInterests(variables: SetInterestsMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SetInterestsMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<SetInterestsMutation>({ document: SetInterestsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'SetInterests', 'mutation', variables);
    },
    SetPollStatus(variables: SetPollStatusMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SetPollStatusMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<SetPollStatusMutation>({ document: SetPollStatusDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'SetPollStatus', 'mutation', variables);
    },
    SimilarPolls(variables: SimilarPollsQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<SimilarPollsQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<SimilarPollsQuery>({ document: SimilarPollsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'SimilarPolls', 'query', variables);
    },
    UpsertPolls(variables: UpsertPollsMutationVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<UpsertPollsMutation> {
      return withWrapper((wrappedRequestHeaders) => client.request<UpsertPollsMutation>({ document: UpsertPollsDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'UpsertPolls', 'mutation', variables);
    },
    UserFeatures(variables?: UserFeaturesQueryVariables, requestHeaders?: GraphQLClientRequestHeaders, signal?: RequestInit['signal']): Promise<UserFeaturesQuery> {
      return withWrapper((wrappedRequestHeaders) => client.request<UserFeaturesQuery>({ document: UserFeaturesDocument, variables, requestHeaders: { ...requestHeaders, ...wrappedRequestHeaders }, signal }), 'UserFeatures', 'query', variables);
    }
  };
}
export type Sdk = ReturnType<typeof getSdk>;