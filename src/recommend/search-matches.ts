import type { PollSearch } from '../datasources/search/poll-search.js';
import { HunchError } from '../domain/errors.js';
import { hasSignal, historyTokens } from '../domain/features.js';
import type { Candidate } from './candidate.js';
import type { LiveCatalogue } from './live-catalogue.js';
import { type ModelAccess, timeoutFor } from './model-access.js';
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

/** The model's score for each match, scaled to 0..1; null where the user is unknown or no model answers. */
async function taste(
  matches: readonly Candidate[],
  input: StrategyInput,
  access: ModelAccess,
): Promise<readonly number[] | null> {
  if (input.features === null || !hasSignal(input.features) || matches.length === 0) return null;
  const request = {
    history: historyTokens(input.features),
    candidates: matches.map((match) => match.poll.id),
  };
  const version = access.versionFor('PERSONALISATION', input.userId);
  try {
    const call = { version, timeoutMs: timeoutFor(access, input.deadline), signal: input.signal };
    const { items } = await access.models.rankCandidates(request, call);
    const scores = items.map((item) => item.score);
    const low = Math.min(...scores);
    const high = Math.max(...scores);
    return scores.map((score) => (high > low ? (score - low) / (high - low) : 0));
  } catch (error) {
    if (error instanceof HunchError) return null;
    throw error;
  }
}

/** Polls whose text matches, best first; for a known user ordered by relevance and taste together. */
export async function searchMatches(
  query: string,
  input: StrategyInput,
  options: SearchMatchesOptions,
): Promise<readonly Candidate[]> {
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
  const tastes = await taste(matches, input, options.access);
  if (tastes === null) return matches;
  return matches
    .map((match, index) => ({
      ...match,
      score: (1 - TASTE_WEIGHT) * match.score + TASTE_WEIGHT * (tastes[index] ?? 0),
    }))
    .sort((a, b) => b.score - a.score);
}
