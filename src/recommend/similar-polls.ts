import type { PollSearch } from '../datasources/search/poll-search.js';
import { NotFoundError } from '../domain/errors.js';
import { formatToken } from '../domain/history.js';
import type { PollId } from '../domain/ids.js';
import type { Polarity } from '../domain/polarity.js';
import type { Poll } from '../domain/poll.js';
import type { FallbackReason } from '../domain/recommendation.js';
import type { Candidate } from './candidate.js';
import type { LiveCatalogue } from './live-catalogue.js';
import { failureReason, type ModelAccess, timeoutFor } from './model-access.js';
import type { StrategyInput } from './strategy.js';

/** Candidates whose kinship the model is asked for; those of the same topics come first. */
const CANDIDATE_LIMIT = 1_000;
/** A lift below this is noise of single-precision sums, not kinship. */
const LEAST_LIFT = 1e-4;

export interface SimilarPollsOptions {
  readonly access: ModelAccess;
  readonly catalogue: LiveCatalogue;
  readonly search: PollSearch;
  readonly polarity: Polarity;
}

/** By the place of each candidate. */
interface Lifts {
  readonly values: readonly number[];
  readonly failure: FallbackReason | null;
}

const NO_LIFTS: Lifts = { values: [], failure: null };

/** What was found, and what failed on the way to it. */
export interface FoundPolls {
  readonly candidates: readonly Candidate[];
  readonly failure: FallbackReason | null;
}

const sharesTopic = (poll: Poll, other: Poll): boolean =>
  poll.topics.some((topic) => other.topics.includes(topic));

/** The option whose voters stand for the poll: the positive one, else the one with most votes. */
function telling(poll: Poll, { catalogue, polarity }: SimilarPollsOptions): string {
  const positive = poll.options.find((option) => (polarity.get(option.id) ?? 0) > 0);
  const votes = catalogue.stats(poll.id).optionVotes;
  const most = [...poll.options].sort((a, b) => (votes.get(b.id) ?? 0) - (votes.get(a.id) ?? 0))[0];
  const option = positive ?? most;
  return option === undefined ? '' : formatToken({ kind: 'VOTE', pollId: poll.id, optionId: option.id });
}

/**
 * By how much one vote for `poll` lifts each candidate: the model's `liking` and `answer` for a history of that one vote,
 * less those for an empty history. Any model of the interface gives its neighbours this way. Why there are none, where none answers.
 */
async function lifts(
  poll: Poll,
  candidates: readonly Poll[],
  input: StrategyInput,
  options: SimilarPollsOptions,
): Promise<Lifts> {
  const call = { timeoutMs: timeoutFor(options.access, input.deadline), signal: input.signal };
  const ids = candidates.map((candidate) => candidate.id);
  const ask = (history: readonly string[]) =>
    options.access.models.rankCandidates({ history, candidates: ids }, call).then((answer) => answer.items);
  try {
    const [withVote, without] = await Promise.all([ask([telling(poll, options)]), ask([])]);
    const values = withVote.map((item, index) => {
      const base = without[index];
      return base === undefined ? 0 : item.liking - base.liking + (item.answer - base.answer);
    });
    return { values, failure: null };
  } catch (error) {
    return { values: [], failure: failureReason(error, 'PERSONALISATION') };
  }
}

/**
 * Polls like this one: what its voters like more than others do, best first; after them polls with a similar text, then those
 * of the same topic. Where the model does not know the poll the first are missing. Rejects with NOT_FOUND.
 */
export async function similarTo(
  id: PollId,
  input: StrategyInput,
  options: SimilarPollsOptions,
): Promise<FoundPolls> {
  const poll = options.catalogue.poll(id);
  if (poll === null) throw new NotFoundError(`There is no poll "${id}"`);
  const open = options.catalogue.popular().filter((other) => other.id !== id && input.allowed(other));
  const near = [
    ...open.filter((other) => sharesTopic(poll, other)),
    ...open.filter((other) => !sharesTopic(poll, other)),
  ];
  const asked = near.slice(0, CANDIDATE_LIMIT);
  const { values, failure } = asked.length === 0 ? NO_LIFTS : await lifts(poll, asked, input, options);
  const byModel = asked
    .map(
      (other, index): Candidate => ({
        poll: other,
        score: values[index] ?? 0,
        kind: 'POPULAR',
        because: null,
      }),
    )
    .filter((candidate) => candidate.score > LEAST_LIFT)
    .sort((a, b) => b.score - a.score);
  const known = new Set(byModel.map((candidate) => candidate.poll.id));
  const hits = await options.search.similar(poll, input.wanted * 3 + input.given + 20);
  const best = hits[0]?.score ?? 1;
  const byText: Candidate[] = [];
  for (const hit of hits) {
    const other = options.catalogue.poll(hit.pollId);
    if (other === null || known.has(other.id) || !input.allowed(other)) continue;
    // Below every neighbour of the model, in the order of the text.
    byText.push({ poll: other, score: (LEAST_LIFT * hit.score) / best, kind: 'POPULAR', because: null });
  }
  for (const candidate of byText) known.add(candidate.poll.id);
  // What is left of the topic, by popularity, so that the list has something to say of every poll.
  const byTopic = open
    .filter((other) => !known.has(other.id) && sharesTopic(poll, other))
    .map((other): Candidate => ({ poll: other, score: 0, kind: 'POPULAR', because: null }));
  return { candidates: [...byModel, ...byText, ...byTopic], failure };
}
