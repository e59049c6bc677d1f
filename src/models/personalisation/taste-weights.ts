import { invertPositiveDefinite } from '../linear-algebra/symmetric-inverse.js';
import type { PairStatistics } from './pair-statistics.js';
import type { PersonalisationSettings } from './settings.js';
import type { ColumnReading } from './vote-residuals.js';

/** How much a vote moves each poll with a personal score: row-major, `rowCount` × `columnCount`. */
export interface TasteWeights {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly data: Float32Array;
}

/**
 * The weights of the signed linear model. With R the residual votes (0 where there is none) and P = (RᵀR + λI)⁻¹, regressing every
 * column on all others gives B(j,i) = −P(j,i) / P(i,i) with a zero diagonal (EASE: Steck, Embarrassingly Shallow
 * Autoencoders for Sparse Data, WWW 2019). That takes a missing vote for one at the mean, and so foretells "vote × was
 * shown"; dividing by the chance that someone with vote j voted on i leaves the vote: W(j,i) = B(j,i) / (P(i | j) + floor).
 *
 * Row c of a poll with sides is multiplied by the residual of the vote; a poll without sides has a row for each option, to be
 * added as it is. Throws INVALID_MODEL where the statistics hold a value that is no finite number.
 */
export function solveTasteWeights(
  statistics: PairStatistics,
  reading: ColumnReading,
  settings: PersonalisationSettings,
): TasteWeights {
  const { columnCount: size } = statistics;
  const data = statistics.products.slice();
  for (let column = 0; column < size; column += 1) {
    const at = column * size + column;
    data[at] = (data[at] as number) + settings.penalty;
  }
  const inverse = invertPositiveDefinite({ size, data }).data;
  const weights = divideByExposure(inverse, { statistics, reading }, settings);
  joinOptionRows(weights, reading);
  return weights;
}

function divideByExposure(
  inverse: Float64Array,
  { statistics, reading }: { readonly statistics: PairStatistics; readonly reading: ColumnReading },
  { exposureFloor, exposurePrior }: PersonalisationSettings,
): TasteWeights {
  const { layout } = reading;
  const { columnCount: size, slotCount, together } = statistics;
  const targets = layout.polarCount;
  const data = new Float32Array(size * targets);
  for (let slot = 0; slot < slotCount; slot += 1) {
    const voters = together[slot * slotCount + slot] as number;
    const end = layout.firstColumns[slot + 1] ?? size;
    for (let row = layout.firstColumns[slot] as number; row < end; row += 1) {
      for (let target = 0; target < targets; target += 1) {
        if (target === row) continue;
        const both = together[Math.max(slot, target) * slotCount + Math.min(slot, target)] as number;
        const chance = (both + 1) / (voters + exposurePrior);
        const regression =
          -(inverse[row * size + target] as number) / (inverse[target * size + target] as number);
        data[row * targets + target] = regression / (chance + exposureFloor);
      }
    }
  }
  return { rowCount: size, columnCount: targets, data };
}

/** Folds the columns that a choice touches into one row for each option, so that a history token is one row. */
function joinOptionRows({ columnCount, data }: TasteWeights, { layout, residuals }: ColumnReading): void {
  for (let slot = layout.polarCount; slot < layout.polls.length; slot += 1) {
    const shares = residuals.shares[layout.polls[slot] as number] as Float64Array;
    const first = layout.firstColumns[slot] as number;
    for (let column = 0; column < columnCount; column += 1) {
      let mean = 0;
      shares.forEach((share, option) => {
        mean += share * (data[(first + option) * columnCount + column] as number);
      });
      shares.forEach((_, option) => {
        const at = (first + option) * columnCount + column;
        data[at] = (data[at] as number) - mean;
      });
    }
  }
}
