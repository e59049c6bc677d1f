import { HunchError } from '../../domain/errors.js';
import { pollId } from '../../domain/ids.js';
import type { Datatype, Tensor, TensorOf } from '../../open-inference/tensor.js';
import type { RankedCandidate, ScoredPoll } from './model-client.js';

/** One row of text; an empty one is a row of padding, since no dimension may be 0. */
export const textRow = (name: string, values: readonly string[]): TensorOf<'BYTES'> => {
  const data = values.length === 0 ? [''] : values;
  return { name, datatype: 'BYTES', shape: [1, data.length], data };
};

export const limitRow = (limit: number): TensorOf<'INT64'> => ({
  name: 'limit',
  datatype: 'INT64',
  shape: [1, 1],
  data: BigInt64Array.of(BigInt(limit)),
});

/** The polls of an answer of one row, best first; at most `limit`, without the padding at its end. */
export function scoredPolls(outputs: readonly Tensor[], limit: number): ScoredPoll[] {
  const ids = column(outputs, 'poll_id', 'BYTES');
  const scores = column(outputs, 'score', 'FP32');
  const has = (name: string): boolean => outputs.some((output) => output.name === name);
  const because = has('because') ? column(outputs, 'because', 'BYTES') : [];
  const weights = has('because_weight') ? column(outputs, 'because_weight', 'FP32') : [];
  const polls: ScoredPoll[] = [];
  for (let n = 0; n < Math.min(ids.length, limit); n++) {
    const id = ids[n];
    if (!id) continue;
    const token = because[n] || null;
    const becauseWeight = token === null ? null : (weights[n] ?? null);
    polls.push({ pollId: pollId(id), score: scores[n] ?? 0, because: token, becauseWeight });
  }
  return polls;
}

/** One entry a candidate, in the order given. */
export function rankedCandidates(
  outputs: readonly Tensor[],
  candidates: readonly string[],
): RankedCandidate[] {
  const scores = column(outputs, 'score', 'FP32');
  const answers = column(outputs, 'answer', 'FP32');
  const likings = column(outputs, 'liking', 'FP32');
  if (scores.length !== candidates.length) {
    throw new HunchError('INVALID_DATA', `Expected ${candidates.length} scores, got ${scores.length}.`);
  }
  return candidates.map((id, n) => ({
    pollId: pollId(id),
    score: scores[n] ?? 0,
    answer: answers[n] ?? 0,
    liking: likings[n] ?? 0,
  }));
}

function column<D extends Datatype>(
  outputs: readonly Tensor[],
  name: string,
  datatype: D,
): TensorOf<D>['data'] {
  const output = outputs.find((tensor) => tensor.name === name);
  if (output?.datatype === datatype) return output.data as TensorOf<D>['data'];
  const got = output === undefined ? 'none of that name' : output.datatype;
  throw new HunchError('INVALID_DATA', `Expected the output "${name}" of datatype ${datatype}, got ${got}.`);
}
