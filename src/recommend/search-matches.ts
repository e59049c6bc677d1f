import type { PollSearch } from '../datasources/search/poll-search.js';
import { hasSignal, historyTokens } from '../domain/features.js';
import type { Candidate } from './candidate.js';
import type { LiveCatalogue } from './live-catalogue.js';
import { callOptions, failureReason, type ModelAccess } from './model-access.js';
import type { FoundPolls } from './similar-polls.js';
import type { StrategyInput } from './strategy.js';

/** Matches that are looked at; what is asked for beyond is not relevant any more. */
const MATCH_LIMIT = 500;
/** How much the user's taste counts beside relevance, both scaled to the best of the answer. */
const TASTE_WEIGHT = 0.5;

export interface SearchMatchesOptions {
  readonly access: ModelAccess;
  readonly catalogue: LiveCatalogue;
  readonly search: PollSearch;
}

/** The matches ordered by relevance and the model's score, both scaled to 0..1; as they are for an unknown user. */
async function byTaste(
  matches: readonly Candidate[],
  input: StrategyInput,
  access: ModelAccess,
): Promise<readonly Candidate[]> {
  if (input.features === null || !hasSignal(input.features) || matches.length === 0) return matches;
  const request = {
    history: historyTokens(input.features),
    candidates: matches.map((match) => match.poll.id),
  };
  const { items } = await access.models.rankCandidates(
    request,
    callOptions(access, 'PERSONALISATION', input),
  );
  const scores = items.map((item) => item.score);
  const low = Math.min(...scores);
  const spread = Math.max(...scores) - low;
  return matches
    .map((match, index) => {
      const taste = spread > 0 ? ((scores[index] ?? low) - low) / spread : 0;
      return { ...match, score: (1 - TASTE_WEIGHT) * match.score + TASTE_WEIGHT * taste };
    })
    .sort((a, b) => b.score - a.score);
}

/** Polls whose text matches, best first; for a known user ordered by relevance and taste together. */
export async function searchMatches(
  query: string,
  input: StrategyInput,
  options: SearchMatchesOptions,
): Promise<FoundPolls> {
  const hits = await options.search.search(query, MATCH_LIMIT, (id) => {
    const poll = options.catalogue.poll(id);
    return poll !== null && input.allowed(poll);
  });
  const best = hits[0]?.score ?? 1;
  const matches: Candidate[] = [];
  for (const hit of hits) {
    const poll = options.catalogue.poll(hit.pollId);
    if (poll !== null && input.allowed(poll))
      matches.push({ poll, score: hit.score / best, kind: 'POPULAR', because: null });
  }
  try {
    return { candidates: await byTaste(matches, input, options.access), failure: null };
  } catch (error) {
    return { candidates: matches, failure: failureReason(error, 'PERSONALISATION') };
  }
}
