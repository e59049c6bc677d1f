import { type ModelSession, numbersOf, textInput } from './model-session.js';

/** One user with the polls to be scored. */
export interface CandidateRow {
  readonly history: readonly string[];
  readonly candidates: readonly string[];
}

/** In the order of the candidates. */
export interface CandidateScores {
  readonly score: Float32Array;
  readonly answer: Float32Array;
  readonly liking: Float32Array;
}

export type ScoreCandidates = (rows: readonly CandidateRow[]) => Promise<CandidateScores[]>;

/** Rows of one batch, and candidates of all of them together, at most: bounds memory, not the answer. */
const BATCH_ROWS = 64;
const BATCH_CANDIDATES = 200_000;

const OUTPUTS = ['score', 'answer', 'liking'] as const;

/** Scores rows through a `personalisation-ranking` file, in batches. Rejects with INVALID_MODEL where an answer is not finite. */
export function candidateScorer(session: ModelSession): ScoreCandidates {
  return async (rows) => {
    const results: CandidateScores[] = [];
    for (const batch of batches(rows)) {
      const width = batch.reduce((widest, row) => Math.max(widest, row.candidates.length), 1);
      const outputs = await session.run(
        [
          textInput(
            'history',
            batch.map((row) => row.history),
          ),
          textInput(
            'candidates',
            batch.map((row) => row.candidates),
          ),
        ],
        OUTPUTS,
      );
      const [score, answer, liking] = OUTPUTS.map((name) =>
        numbersOf(outputs, name, batch.length * width),
      ) as [Float32Array, Float32Array, Float32Array];
      batch.forEach((row, index) => {
        const from = index * width;
        const cut = (all: Float32Array): Float32Array => all.slice(from, from + row.candidates.length);
        results.push({ score: cut(score), answer: cut(answer), liking: cut(liking) });
      });
    }
    return results;
  };
}

function* batches(rows: readonly CandidateRow[]): Generator<CandidateRow[]> {
  let batch: CandidateRow[] = [];
  let widest = 0;
  for (const row of rows) {
    const wider = Math.max(widest, row.candidates.length);
    if (batch.length > 0 && (batch.length === BATCH_ROWS || wider * (batch.length + 1) > BATCH_CANDIDATES)) {
      yield batch;
      batch = [];
      widest = 0;
    }
    batch.push(row);
    widest = Math.max(widest, row.candidates.length);
  }
  if (batch.length > 0) yield batch;
}
