import { parseToken } from '../../src/domain/history.js';
import type { PollId } from '../../src/domain/ids.js';
import type { Polarity } from '../../src/domain/polarity.js';
import { layoutOfDims, type PollVectors } from '../../src/domain/poll-vectors.js';
import type { ListTopPolls } from '../../src/models/evaluation/list-top-polls.js';
import type { ScoreCandidates } from '../../src/models/evaluation/score-candidates.js';
import { UserTaste } from '../../src/recommend/user-taste.js';

/** The taste of a history of votes; null where no vote has a vector. */
export function tastesBy(
  { ids, dims, values }: PollVectors,
  polarity: Polarity,
): (history: readonly string[]) => UserTaste | null {
  const places = new Map<PollId, number>(ids.map((id, place) => [id, place]));
  return (history) =>
    UserTaste.of(
      history.flatMap((token) => {
        const vote = parseToken(token);
        const place = vote?.kind === 'VOTE' ? places.get(vote.pollId) : undefined;
        if (vote?.kind !== 'VOTE' || place === undefined) return [];
        const vector = values.subarray(place * dims, (place + 1) * dims);
        return [{ token, vector, sign: polarity.get(vote.optionId) ?? null }];
      }),
    );
}

/** Scores as the strategy `neighbours` gives them; `liking` and `answer` are what is expected of each alone. Without votes all are 0. */
export function neighbourScorer(vectors: PollVectors, polarity: Polarity): ScoreCandidates {
  const { ids, dims, values } = vectors;
  const { kinship } = layoutOfDims(dims);
  const places = new Map<string, number>(ids.map((id, place) => [id, place]));
  const tasteOf = tastesBy(vectors, polarity);
  return async (rows) =>
    rows.map(({ history, candidates }) => {
      const taste = tasteOf(history);
      const product = (query: Float32Array | undefined): Float32Array =>
        Float32Array.from(candidates, (id) => {
          const row = (places.get(id) ?? 0) * dims;
          return query?.reduce((sum, value, at) => sum + value * (values[row + at] as number), 0) ?? 0;
        });
      return {
        score: product(taste?.query(null)),
        liking: product(taste?.query(1).fill(0, kinship)),
        answer: product(taste?.query(0).fill(0, kinship)),
      };
    });
}

/** Scores that are the same for every user. */
export const sameForAll =
  (score: (poll: string) => number): ScoreCandidates =>
  async (rows) =>
    rows.map(({ candidates }) => {
      const scores = Float32Array.from(candidates, score);
      return { score: scores, liking: scores, answer: scores };
    });

/** Lists of the best of all polls by score. */
export const listerBy = (score: ScoreCandidates, polls: readonly string[]): ListTopPolls =>
  async function* list(rows, length) {
    for (const place of rows.widths.keys()) {
      const { asks, exclude } = rows.at(place);
      const without = new Set(exclude);
      const candidates = polls.filter((id) => !without.has(id));
      const [scores] = await score([{ history: asks, candidates }]);
      const order = [...candidates.keys()].sort((a, b) => (scores?.score[b] ?? 0) - (scores?.score[a] ?? 0));
      yield { place, polls: order.slice(0, length).map((at) => candidates[at] as string) };
    }
  };
