import type { PersonalisationModel, QuestionTable } from './personalisation-model.js';

/** A model without factors gets one that no token tells of and no question depends on, so that graphs need no second form. */
export function atLeastOneFactor(model: PersonalisationModel): PersonalisationModel {
  if (model.factorCount > 0) return model;
  const { rowCount } = model.evidence;
  const without = (table: QuestionTable): QuestionTable => ({
    ...table,
    loadings: new Float32Array(table.means.length),
  });
  return {
    ...model,
    factorCount: 1,
    evidence: {
      rowCount,
      precisions: new Float32Array(rowCount),
      evidence: new Float32Array(rowCount),
    },
    liking: without(model.liking),
    answer: without(model.answer),
  };
}
