import { formatToken } from '../../domain/history.js';
import type { PollId } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';
import { trendingScore } from '../../domain/popularity.js';
import type { Candidate } from '../candidate.js';
import type { LiveCatalogue } from '../live-catalogue.js';
import { callOptions, failureReason, type ModelAccess } from '../model-access.js';
import type { PollFilter } from '../poll-lists.js';
import type { Strategy, StrategyInput, StrategyOutcome } from '../strategy.js';

const TRENDING_SEGMENT = '@trending';
/** More combinations of topics and languages than this are asked for as one list of all polls. */
const SEGMENT_LIMIT = 12;

/** The segments whose union the filter asks for: each is a list of conditions that all hold. */
function segmentsOf(filter: PollFilter): string[][] {
  const topics = (filter.topics ?? []).map((topic) => [formatToken({ kind: 'TOPIC', topic })]);
  // A language of the filter also matches its regions (en: en-GB), which are segments of their own: left to the predicate.
  const segments = topics.length === 0 ? [[]] : topics;
  return segments.length > SEGMENT_LIMIT ? [[]] : segments;
}

/** The popular model: decayed votes × smoothed agree share, or what rises, with the votes since it was made. */
export class PopularStrategy implements Strategy {
  readonly #access: ModelAccess;
  readonly #catalogue: LiveCatalogue;
  readonly #trending: boolean;

  constructor(access: ModelAccess, catalogue: LiveCatalogue, order: 'POPULAR' | 'TRENDING' = 'POPULAR') {
    this.#access = access;
    this.#catalogue = catalogue;
    this.#trending = order === 'TRENDING';
  }

  async choose(input: StrategyInput): Promise<StrategyOutcome> {
    const options = callOptions(this.#access, 'POPULAR', input);
    const exclude: PollId[] = [...input.never, ...(input.filter.excludePolls ?? [])];
    const segments = segmentsOf(input.filter).map((segment) =>
      this.#trending ? [...segment, TRENDING_SEGMENT] : segment,
    );
    let limit = input.wanted * 3 + 20 + input.given;
    try {
      for (;;) {
        const answers = await Promise.all(
          segments.map((segment) => this.#access.models.popularPolls({ segment, exclude, limit }, options)),
        );
        const found = new Map<PollId, Candidate>();
        for (const { pollId, score } of answers.flatMap((answer) => answer.items)) {
          const poll = this.#catalogue.poll(pollId);
          if (poll !== null && input.allowed(poll)) found.set(pollId, this.#candidate(poll, score));
        }
        const exhausted = answers.every((answer) => answer.items.length < limit);
        this.#addSince(input, found, exhausted);
        if (found.size >= input.wanted || exhausted) {
          const version = answers[0]?.version ?? null;
          const model = version === null ? null : { name: 'POPULAR' as const, version };
          const candidates = [...found.values()].sort((a, b) => b.score - a.score);
          return { status: 'ANSWERED', answer: { source: 'POPULAR', model, candidates } };
        }
        limit *= 4;
      }
    } catch (error) {
      return { status: 'FAILED', reason: failureReason(error, 'POPULAR') };
    }
  }

  /**
   * Polls that got votes since the model was made, wherever it puts them, and those that are younger than it. Those of them
   * without any vote come last, after all that the model knows.
   */
  #addSince(input: StrategyInput, found: Map<PollId, Candidate>, all: boolean): void {
    let added = 0;
    for (const poll of this.#catalogue.votedSince()) {
      if (added >= input.wanted) break;
      if (found.has(poll.id) || !input.allowed(poll)) continue;
      found.set(poll.id, this.#candidate(poll, 0));
      added += 1;
    }
    if (!all) return;
    for (const poll of this.#catalogue.uncounted()) {
      if (!found.has(poll.id) && input.allowed(poll)) found.set(poll.id, this.#candidate(poll, 0));
    }
  }

  /** The poll as it stands now; as the model has it where the catalogue has not got the flow's counts yet. */
  #candidate(poll: Poll, modelScore: number): Candidate {
    const { score, trend } = this.#catalogue.stats(poll.id);
    const current = this.#trending ? trendingScore(trend, score) : score;
    const known = modelScore > 0 && !this.#catalogue.counted(poll.id) ? modelScore : current;
    // Whatever fills a list of trending polls up is there for being popular.
    const kind = this.#trending && known > 1 ? 'TRENDING' : 'POPULAR';
    return { poll, score: known, kind, because: null };
  }
}
