import type { ModelAnswer } from '../../datasources/inference/model-client.js';
import { formatToken } from '../../domain/history.js';
import type { ModelVersion, PollId } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';
import type { Candidate } from '../candidate.js';
import type { LiveCatalogue } from '../live-catalogue.js';
import type { ViewerContext } from '../poll-lists.js';
import type { StrategyInput } from '../strategy.js';

/** How many more than wanted are asked for, so that re-ranking has a choice and closed polls leave no gap. */
const OVER_FETCH = 3;
const OVER_FETCH_EXTRA = 20;

/** What a model said, best first, and which version of it. */
export interface RankedCandidates {
  readonly candidates: readonly Candidate[];
  readonly version: ModelVersion | null;
}

export interface TopCandidatesOptions<Scored extends { readonly pollId: PollId }> {
  readonly catalogue: LiveCatalogue;
  readonly ask: (exclude: readonly PollId[], limit: number) => Promise<ModelAnswer<Scored>>;
  readonly toCandidate: (poll: Poll, scored: Scored) => Candidate;
  /** Fewer are never asked for. */
  readonly least?: number;
}

/** The caller's hints as history tokens. */
export const contextTokens = (context: ViewerContext): string[] => [
  ...context.topics.map((topic) => formatToken({ kind: 'TOPIC', topic })),
  ...context.languages.map((language) => formatToken({ kind: 'LANGUAGE', language })),
];

/** The best polls that may be shown: asks for more than wanted, and again while closed or filtered ones leave the list short. */
export async function topCandidates<Scored extends { readonly pollId: PollId }>(
  input: StrategyInput,
  { catalogue, ask, toCandidate, least = 0 }: TopCandidatesOptions<Scored>,
): Promise<RankedCandidates> {
  const exclude = [...input.never, ...(input.filter.excludePolls ?? [])];
  const enough = input.wanted * OVER_FETCH + OVER_FETCH_EXTRA + input.given + input.tired;
  let limit = Math.max(enough, least);
  for (;;) {
    const { items, version } = await ask(exclude, limit);
    const candidates: Candidate[] = [];
    for (const scored of items) {
      const poll = catalogue.poll(scored.pollId);
      if (poll !== null && input.allowed(poll)) candidates.push(toCandidate(poll, scored));
    }
    if (candidates.length >= input.wanted || items.length < limit) return { candidates, version };
    limit *= 4;
  }
}
