import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isOpen, type Poll } from '../domain/poll.js';
import type { Clock } from '../domain/time.js';
import type { PageServices } from './page-services.js';

/** An operation to try in the playground, with variables that name real polls and users. */
export interface Example {
  readonly name: string;
  readonly query: string;
  /** JSON, as the editor shows it. */
  readonly variables: string;
}

/** What the variables of examples are made from. */
export interface ExampleIds {
  /** A user of whom something is known. */
  readonly userId: string;
  /** Open polls. */
  readonly polls: readonly Poll[];
  readonly now: Date;
}

/** A user that only the playground uses, so that trying a mutation changes nobody's data. */
const VISITOR = 'playground-visitor';
const SIGNED_IN = 'playground-user';

/** Variables by operation. Each operation of `schema/operations` has an entry, if an empty one; a test sees to it. */
const VARIABLES: Readonly<Record<string, (ids: ExampleIds) => object>> = {
  Recommendations: ({ userId }) => ({ userId, first: 10 }),
  RecommendationsNextPage: ({ userId }) => ({ userId, first: 10, after: null }),
  PopularPolls: () => ({ first: 10, order: 'TRENDING' }),
  SimilarPolls: ({ polls }) => ({ pollId: polls[0]?.id ?? 'poll-1', first: 10 }),
  SearchPolls: ({ userId, polls }) => ({ query: wordOf(polls[0]), userId, first: 10 }),
  Poll: ({ polls }) => ({ id: polls[0]?.id ?? 'poll-1' }),
  Polls: ({ polls }) => ({ ids: polls.slice(0, 3).map(({ id }) => id) }),
  UserFeatures: ({ userId }) => ({ userId }),
  Models: () => ({}),
  ModelStatus: () => ({ name: 'PERSONALISATION' }),
  RecordVotes: ({ polls }) => ({
    votes: polls.slice(0, 1).map((poll) => ({
      userId: VISITOR,
      pollId: poll.id,
      optionId: poll.options[0]?.id ?? 'agree',
    })),
  }),
  RecordImpressions: ({ polls }) => ({
    impressions: polls.slice(0, 2).map((poll, position) => ({ userId: VISITOR, pollId: poll.id, position })),
  }),
  RecordInteractions: ({ polls }) => ({
    interactions: polls.slice(1, 2).map((poll) => ({ userId: VISITOR, pollId: poll.id, kind: 'DISMISS' })),
  }),
  SetInterests: ({ polls }) => ({
    userId: VISITOR,
    topics: polls[0]?.topics.slice(0, 1) ?? [],
    languages: [polls[0]?.language ?? 'en'],
  }),
  MergeUsers: () => ({ from: VISITOR, into: SIGNED_IN }),
  ForgetUser: () => ({ userId: SIGNED_IN }),
  UpsertPolls: ({ polls, now }) => ({
    polls: [
      {
        id: 'playground-poll',
        question: 'Is this a poll?',
        options: [
          { id: 'agree', label: 'Yes' },
          { id: 'disagree', label: 'No' },
        ],
        topics: polls[0]?.topics.slice(0, 1) ?? [],
        language: 'en',
        createdAt: now.toISOString(),
      },
    ],
  }),
  SetPollStatus: () => ({ pollId: 'playground-poll', status: 'HIDDEN' }),
  PromoteModel: () => ({ name: 'POPULAR', version: 'VERSION' }),
  RollbackModel: () => ({ name: 'POPULAR' }),
  SetCanary: () => ({ name: 'PERSONALISATION', version: 'VERSION', percent: 10 }),
  ModelRefreshed: () => ({ names: ['PERSONALISATION', 'POPULAR'] }),
};

export interface OperationText {
  readonly name: string;
  readonly query: string;
}

/** The operations of `schema/operations`, in the order in which the playground shows them. */
export async function readOperations(folder: string): Promise<readonly OperationText[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.graphql'));
  const operations = await Promise.all(
    files.map(async (file) => {
      const query = await readFile(join(folder, file), 'utf8');
      const name = /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1] ?? file;
      return { name, query };
    }),
  );
  const order = Object.keys(VARIABLES);
  return operations.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** The operation with variables made from `ids`. */
export const exampleOf = ({ name, query }: OperationText, ids: ExampleIds): Example => ({
  name,
  query,
  variables: JSON.stringify(VARIABLES[name]?.(ids) ?? {}, null, 2),
});

/** Some user of the feature store and a few open polls. */
export async function exampleIds(
  { catalogue, features }: Pick<PageServices, 'catalogue' | 'features'>,
  clock: Clock,
): Promise<ExampleIds> {
  const now = clock();
  const polls: Poll[] = [];
  for (const poll of catalogue.polls()) {
    if (isOpen(poll, now) && poll.question !== '') polls.push(poll);
    if (polls.length === 3) break;
  }
  const [userId = VISITOR] = await features.sample(1);
  return { userId, polls, now: new Date(now) };
}

/** The longest word of the question: the one that says most. */
const wordOf = (poll: Poll | undefined): string =>
  (poll?.question.match(/\p{L}+/gu) ?? ['music']).reduce((a, b) => (b.length > a.length ? b : a));
