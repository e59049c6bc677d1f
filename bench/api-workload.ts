import { z } from 'zod';
import { ask, type Operation } from './graphql-request.js';

/** Users that ask in turns, each with so many votes: 20 history tokens, 20 polls never to be shown again. */
const USERS = 48;
const VOTES = 20;
const FIRST = 10;

const RECOMMENDATIONS = `query Recommendations($userId: ID!, $first: Int!) {
  recommendations(userId: $userId, first: $first) {
    edges { cursor score reason { kind text } node { id question topics options { id label votes share } stats { votes } } }
    pageInfo { hasNextPage endCursor }
    recommendationId source fallbackReason model { name version } generatedAt
  }
}`;
const POPULAR = `query Popular($first: Int!) {
  popularPolls(first: $first) {
    edges { cursor score node { id question topics options { id label votes share } stats { votes } } }
    pageInfo { hasNextPage endCursor }
    recommendationId
  }
}`;
const VOTABLE = `query Votable($after: String) {
  popularPolls(first: 100, after: $after) { nodes { id options { id } } pageInfo { endCursor hasNextPage } }
}`;
const VOTE = 'mutation Vote($votes: [VoteInput!]!) { recordVotes(votes: $votes) { accepted } }';

const votable = z.object({
  popularPolls: z.object({
    nodes: z.array(z.object({ id: z.string(), options: z.array(z.object({ id: z.string() })).min(1) })),
    pageInfo: z.object({ endCursor: z.string().nullable(), hasNextPage: z.boolean() }),
  }),
});
type VotablePoll = z.infer<typeof votable>['popularPolls']['nodes'][number];
const accepted = z.object({ recordVotes: z.object({ accepted: z.number() }) });
const list = z.looseObject({ edges: z.array(z.unknown()).length(FIRST) });
const recommendations = z.object({
  recommendations: list.extend({ source: z.literal('PERSONALISED'), fallbackReason: z.null() }),
});
const popular = z.object({ popularPolls: list });

/** What a benchmark asks of a server, and the answers a constant server gives to the same. */
export interface Workload {
  readonly recommendations: readonly string[];
  readonly popular: readonly string[];
  readonly constantAnswers: Readonly<Record<string, unknown>>;
}

async function votablePolls(url: string): Promise<readonly VotablePoll[]> {
  const polls: VotablePoll[] = [];
  for (let after: string | null = null; polls.length < 10 * VOTES; ) {
    const operation: Operation = { query: VOTABLE, variables: { after } };
    const { nodes, pageInfo }: z.infer<typeof votable>['popularPolls'] = (await ask(url, operation, votable))
      .popularPolls;
    polls.push(...nodes);
    after = pageInfo.endCursor;
    if (!pageInfo.hasNextPage) break;
  }
  if (polls.length < 2 * VOTES)
    throw new Error(`wanted ${2 * VOTES} open polls or more, got ${polls.length}`);
  return polls;
}

/** Gives each user the same number of votes, spread over the polls and their options; always the same ones. */
async function vote(url: string, userId: string, polls: readonly VotablePoll[]): Promise<void> {
  const user = Number(userId.slice(userId.lastIndexOf('-') + 1));
  const votes = Array.from({ length: VOTES }, (_, index) => {
    const place = (user * 7 + index * Math.floor(polls.length / VOTES)) % polls.length;
    const poll = polls[place] ?? { id: '', options: [] };
    return { userId, pollId: poll.id, optionId: poll.options[(user + index) % poll.options.length]?.id };
  });
  const answer = await ask(url, { query: VOTE, variables: { votes } }, accepted);
  if (answer.recordVotes.accepted !== VOTES) {
    throw new Error(`wanted ${VOTES} votes accepted, got ${answer.recordVotes.accepted}`);
  }
}

/** Makes users with a history on a running API, sees that each gets ten personalised polls, and gives what to ask. */
export async function prepareWorkload(url: string): Promise<Workload> {
  const polls = await votablePolls(url);
  const users = Array.from({ length: USERS }, (_, index) => `bench-${index}`);
  const operations = users.map((userId) => ({ query: RECOMMENDATIONS, variables: { userId, first: FIRST } }));
  const answers: z.infer<typeof recommendations>[] = [];
  for (const [index, userId] of users.entries()) {
    await vote(url, userId, polls);
    const operation = operations[index];
    if (operation !== undefined) answers.push(await ask(url, operation, recommendations));
  }
  const popularOperation: Operation = { query: POPULAR, variables: { first: FIRST } };
  return {
    recommendations: operations.map((operation) => JSON.stringify(operation)),
    popular: [JSON.stringify(popularOperation)],
    constantAnswers: { ...answers[0], ...(await ask(url, popularOperation, popular)) },
  };
}
