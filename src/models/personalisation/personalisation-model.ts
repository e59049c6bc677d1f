import type { PollId } from '../../domain/ids.js';
import type { GraphFilter } from '../graph-filter/train-graph-filter.js';
import type { Calibration } from './calibration.js';
import type { InterestGroups } from './interest-groups.js';
import type { Blend, PersonalisationSettings } from './settings.js';
import type { TokenTable } from './token-table.js';

/** How one question depends on a user's factors z: value = mean + loadings · z + noise. By poll, and one more for every unknown poll. */
export interface QuestionTable {
  readonly means: Float32Array;
  /** Row-major, polls × factors; zero where nothing is known but the mean. */
  readonly loadings: Float32Array;
  /** Variance of the noise; above 0. */
  readonly noises: Float32Array;
}

/** What history tokens tell of a user's factors: by row, of which row 0 tells nothing. */
export interface EvidenceTable {
  readonly rowCount: number;
  /** Row-major, rows × K(K+1)/2: what a token adds to the precision of z, its lower triangle row by row. */
  readonly precisions: Float32Array;
  /** Row-major, rows × K: what it adds to precision times mean. */
  readonly evidence: Float32Array;
}

/** What votes on polls tell of votes on others. */
export interface CovoteTable {
  readonly filter: GraphFilter;
  /** The n-th newest vote of a history counts n^-recencyPower. */
  readonly recencyPower: number;
}

/** A trained personal model: all that its ONNX files hold. */
export interface PersonalisationModel {
  readonly settings: PersonalisationSettings;
  readonly polls: readonly PollId[];
  readonly tokens: TokenTable;
  /** K; 0 where no poll of the catalogue has a question that people answer differently. */
  readonly factorCount: number;
  readonly evidence: EvidenceTable;
  /** +1 for the positive side, −1 for the negative one, 0 for neither. */
  readonly liking: QuestionTable;
  /** 1 for an answer, 0 for a pass. */
  readonly answer: QuestionTable;
  readonly calibration: Calibration;
  readonly covotes: CovoteTable;
  /** Of the settings, as far as the catalogue and its votes have the terms. */
  readonly blend: Blend;
  readonly groups: Pick<InterestGroups, 'slotCount' | 'scale' | 'combinationCount' | 'mixing'>;
  /** By poll, and one more for every unknown poll. */
  readonly priors: {
    /** log(1 + votes) over that of the most-voted poll. */
    readonly popularity: Float32Array;
    readonly combinations: Int32Array;
  };
}
