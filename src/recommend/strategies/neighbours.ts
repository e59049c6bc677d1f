import type { PollNeighbours } from '../../datasources/neighbours/poll-neighbours.js';
import { HunchError } from '../../domain/errors.js';
import { historyTokens, type UserFeatures } from '../../domain/features.js';
import { type HistoryToken, parseToken } from '../../domain/history.js';
import type { ModelVersion } from '../../domain/ids.js';
import type { Polarity } from '../../domain/polarity.js';
import type { Clock } from '../../domain/time.js';
import type { LiveCatalogue } from '../live-catalogue.js';
import type { Strategy, StrategyInput, StrategyOutcome } from '../strategy.js';
import { UserTaste, type VectorVote } from '../user-taste.js';
import { kindOf } from './personalised.js';
import { topCandidates } from './top-candidates.js';

export interface NeighboursOptions {
  readonly neighbours: PollNeighbours;
  readonly catalogue: LiveCatalogue;
  readonly polarity: Polarity;
  readonly clock: Clock;
}

interface TokenOfVote {
  readonly token: string;
  readonly vote: Extract<HistoryToken, { kind: 'VOTE' }>;
}

/** What the vectors say of the user, and whose vectors they are. */
interface VersionTaste {
  readonly version: ModelVersion;
  readonly taste: UserTaste;
}

/**
 * The polls whose vectors are nearest to the user's own, which is made here of the recent votes: what stands in where no predictor
 * answers, for users of whom at least one vote has a vector.
 */
export class NeighboursStrategy implements Strategy {
  readonly #options: NeighboursOptions;

  constructor(options: NeighboursOptions) {
    this.#options = options;
  }

  async choose(input: StrategyInput): Promise<StrategyOutcome> {
    const votes = votesOf(input.features);
    if (votes.length === 0) return { status: 'NOT_APPLICABLE', reason: 'NO_FEATURES' };
    const late = AbortSignal.timeout(Math.max(1, input.deadline - this.#options.clock()));
    const signal = input.signal === undefined ? late : AbortSignal.any([late, input.signal]);
    try {
      return await this.#chooseFor(votes, input, signal);
    } catch (error) {
      if (late.aborted) return { status: 'FAILED', reason: 'TIMED_OUT' };
      if (error instanceof HunchError) return { status: 'FAILED', reason: 'FEATURES_UNAVAILABLE' };
      throw error;
    }
  }

  async #chooseFor(
    votes: readonly TokenOfVote[],
    input: StrategyInput,
    signal: AbortSignal,
  ): Promise<StrategyOutcome> {
    const { neighbours, catalogue } = this.#options;
    const { likingWeight, features } = input;
    let present = await this.#tasteOf(votes, signal);
    if (present === null) return { status: 'NOT_APPLICABLE', reason: 'NO_FEATURES' };
    let { version, taste } = present;
    const { candidates } = await topCandidates(input, {
      catalogue,
      ask: async (exclude, limit) => {
        const ask = () =>
          neighbours.nearest({ version, vector: taste.query(likingWeight), exclude, limit }, signal);
        let items = await ask();
        if (items === null) {
          // Another version came in between, and says something else of the user.
          present = await this.#tasteOf(votes, signal);
          if (present === null) return { items: [], version };
          ({ version, taste } = present);
          items = await ask();
        }
        return { items: items ?? [], version };
      },
      toCandidate: (poll, { score, vector }) => {
        const most = taste.mostTelling(vector, likingWeight);
        const because = most?.token ?? null;
        return {
          poll,
          score,
          kind: kindOf(poll, because, features),
          because,
          becauseWeight: most?.weight ?? null,
        };
      },
    });
    if (candidates.length === 0) return { status: 'NOT_APPLICABLE', reason: 'TOO_FEW_RESULTS' };
    const model = { name: 'PERSONALISATION' as const, version };
    return { status: 'ANSWERED', answer: { source: 'FALLBACK', model, candidates } };
  }

  /** Null where none of the votes has a vector. */
  async #tasteOf(votes: readonly TokenOfVote[], signal: AbortSignal): Promise<VersionTaste | null> {
    const { neighbours, polarity } = this.#options;
    const known = await neighbours.vectorsOf(
      votes.map(({ vote }) => vote.pollId),
      signal,
    );
    const vectorVotes = votes.flatMap(({ token, vote }, place): VectorVote[] => {
      const vector = known?.vectors[place] ?? null;
      return vector === null ? [] : [{ token, vector, sign: polarity.get(vote.optionId) ?? null }];
    });
    const taste = UserTaste.of(vectorVotes);
    return known === null || taste === null ? null : { version: known.version, taste };
  }
}

/** The user's votes, oldest first, without those on the user's own polls. */
function votesOf(features: UserFeatures | null): TokenOfVote[] {
  if (features === null) return [];
  return historyTokens(features).flatMap((token) => {
    const vote = parseToken(token);
    return vote?.kind === 'VOTE' ? [{ token, vote }] : [];
  });
}
