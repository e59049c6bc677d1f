import { evidenceOf, type FactorModel } from '../factors/factor-model.js';
import { packedSize } from '../factors/packed-matrix.js';
import type { QuestionPriors } from '../factors/question-priors.js';
import type { EvidenceTable, QuestionTable } from './personalisation-model.js';

/** Of a poll that nobody has voted on, nearly all is unknown: variance of votes of +1 and −1, and of answers and passes. */
const UNKNOWN_NOISE = { liking: 1, answer: 0.16 } as const;

/** The two questions by poll, for the graph: polls without the question get what an unknown poll gets. */
export function questionTables(
  { columns, factorCount: k, means, loadings, noises }: FactorModel,
  { overall }: QuestionPriors,
): { readonly liking: QuestionTable; readonly answer: QuestionTable } {
  const table = (columnOf: Int32Array, mean: number, noise: number): QuestionTable => {
    const size = columnOf.length + 1;
    const result = {
      means: new Float32Array(size).fill(mean),
      loadings: new Float32Array(size * k),
      noises: new Float32Array(size).fill(noise),
    };
    columnOf.forEach((column, poll) => {
      if (column < 0) return;
      result.means[poll] = means[column] as number;
      result.noises[poll] = noises[column] as number;
      result.loadings.set(loadings.subarray(column * k, (column + 1) * k), poll * k);
    });
    return result;
  };
  return {
    liking: table(columns.likingColumns, overall.liking, UNKNOWN_NOISE.liking),
    answer: table(columns.answerColumns, overall.answer, UNKNOWN_NOISE.answer),
  };
}

/** Evidence by row, after an empty row 0; tokens of polls without any question share that one. */
export function evidenceTable(model: FactorModel): {
  readonly evidence: EvidenceTable;
  readonly rowOfToken: Int32Array;
} {
  const { columns, factorCount: k } = model;
  const packed = packedSize(k);
  const all = evidenceOf(model);
  const rowOfToken = new Int32Array(columns.tokenCount);
  let rowCount = 1;
  columns.valuesOfToken.forEach((values, token) => {
    if (values.length > 0) rowOfToken[token] = rowCount++;
  });
  const precisions = new Float32Array(rowCount * packed);
  const evidence = new Float32Array(rowCount * k);
  rowOfToken.forEach((row, token) => {
    if (row === 0) return;
    precisions.set(all.precisions.subarray(token * packed, (token + 1) * packed), row * packed);
    evidence.set(all.shifts.subarray(token * k, (token + 1) * k), row * k);
  });
  return { evidence: { rowCount, precisions, evidence }, rowOfToken };
}
