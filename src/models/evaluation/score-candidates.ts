import { type ModelSession, numbersOf, textInput } from './model-session.js';
import { rowBatches } from './row-batches.js';

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

/** Scores of every row, in the order of the rows. `onDone` is told how many are done. */
export type ScoreCandidates = (
  rows: readonly CandidateRow[],
  onDone?: (done: number) => void,
) => Promise<CandidateScores[]>;

const LIMITS = { rows: 64, cells: 40_000 };

const OUTPUTS = ['score', 'answer', 'liking'] as const;

/** Scores rows through a `personalisation-ranking` file, in batches. Rejects with INVALID_MODEL where an answer is not finite. */
export function candidateScorer(session: ModelSession): ScoreCandidates {
  return async (rows, onDone = () => {}) => {
    const results = new Array<CandidateScores>(rows.length);
    const widths = rows.map((row) => Math.max(row.history.length, row.candidates.length));
    let done = 0;
    for (const places of rowBatches(widths, LIMITS)) {
      const batch = places.map((place) => rows[place] as CandidateRow);
      const width = batch.reduce((widest, row) => Math.max(widest, row.candidates.length), 1);
      const history = batch.map((row) => row.history);
      const candidates = batch.map((row) => row.candidates);
      const outputs = await session.run(
        [textInput('history', history), textInput('candidates', candidates)],
        OUTPUTS,
      );
      const [score, answer, liking] = OUTPUTS.map((name) =>
        numbersOf(outputs, name, batch.length * width),
      ) as [Float32Array, Float32Array, Float32Array];
      batch.forEach((row, index) => {
        const from = index * width;
        const cut = (all: Float32Array): Float32Array => all.slice(from, from + row.candidates.length);
        results[places[index] as number] = { score: cut(score), answer: cut(answer), liking: cut(liking) };
      });
      done += batch.length;
      onDone(done);
    }
    return results;
  };
}
