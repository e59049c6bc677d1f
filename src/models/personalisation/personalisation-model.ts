import type { PollId } from '../../domain/ids.js';
import type { Calibration } from './calibration.js';
import type { InterestGroups } from './interest-groups.js';
import type { PersonalisationSettings } from './settings.js';
import type { TasteWeights } from './taste-weights.js';
import type { TokenTable } from './token-table.js';

/**
 * A trained personal model: all that its ONNX files hold. The polls stand in the model's own order, those with a personal
 * score first: weight column c is poll c.
 */
export interface PersonalisationModel {
  readonly settings: PersonalisationSettings;
  readonly polls: readonly PollId[];
  readonly tokens: TokenTable;
  readonly weights: TasteWeights;
  readonly calibration: Calibration;
  readonly groups: Pick<InterestGroups, 'slotCount' | 'scale' | 'combinationCount' | 'mixing'>;
  /** By poll, and one more for every unknown poll. */
  readonly priors: {
    readonly means: Float32Array;
    /** log(p / (1 − p)) of the smoothed share of answered. */
    readonly answerLogits: Float32Array;
    /** log(1 + votes) over that of the most-voted poll. */
    readonly popularity: Float32Array;
    readonly combinations: Int32Array;
  };
}
