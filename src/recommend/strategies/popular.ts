import { formatToken } from '../../domain/history.js';
import type { PollId } from '../../domain/ids.js';
import type { ReasonKind } from '../../domain/recommendation.js';
import type { Candidate } from '../candidate.js';
import type { LiveCatalogue } from '../live-catalogue.js';
import { failureReason, type ModelAccess, timeoutFor } from '../model-access.js';
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

/** The popular model: decayed votes × smoothed agree share, or what rises. */
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
    const options = {
      version: this.#access.versionFor('POPULAR', input.userId),
      timeoutMs: timeoutFor(this.#access, input.deadline),
      signal: input.signal,
    };
    const exclude: PollId[] = [...input.never, ...(input.filter.excludePolls ?? [])];
    const segments = segmentsOf(input.filter).map((segment) =>
      this.#trending ? [...segment, TRENDING_SEGMENT] : segment,
    );
    const kind: ReasonKind = this.#trending ? 'TRENDING' : 'POPULAR';
    let limit = input.wanted * 3 + 20 + input.given;
    try {
      for (;;) {
        const answers = await Promise.all(
          segments.map((segment) => this.#access.models.popularPolls({ segment, exclude, limit }, options)),
        );
        const found = new Map<PollId, Candidate>();
        for (const { pollId, score } of answers.flatMap((answer) => answer.items)) {
          const poll = this.#catalogue.poll(pollId);
          if (poll !== null && input.allowed(poll))
            found.set(pollId, { poll, score: this.#now(pollId, score), kind, because: null });
        }
        const exhausted = answers.every((answer) => answer.items.length < limit);
        this.#addUncounted(input, found, exhausted);
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

  /** Polls that are younger than the model take part with the votes they have got by now; those without any come last. */
  #addUncounted(input: StrategyInput, found: Map<PollId, Candidate>, all: boolean): void {
    if (this.#trending && !all) return;
    for (const poll of this.#catalogue.uncounted()) {
      const { score, votes } = this.#catalogue.stats(poll.id);
      if ((votes > 0 || all) && input.allowed(poll))
        found.set(poll.id, { poll, score, kind: 'POPULAR', because: null });
    }
  }

  /** The score with the votes since the model was made: the live count where there is one. */
  #now(id: PollId, score: number): number {
    return !this.#trending && this.#catalogue.counted(id) ? this.#catalogue.stats(id).score : score;
  }
}
