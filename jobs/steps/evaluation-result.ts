import type { UserMeasure } from '../../src/models/evaluation/exposed-auc.js';
import { pairedDifference, summariseUsers } from '../../src/models/evaluation/user-summary.js';
import type { HeldBackVotes } from './held-back-votes.js';

/** What was measured of one model. */
export interface Measured {
  /** Polls that the model can give. */
  readonly polls: number;
  /** By metric, the value of each held-back user it could be taken of. */
  readonly measures: Readonly<Record<string, readonly UserMeasure[]>>;
  /** The measure by which models are compared. */
  readonly decisive: readonly UserMeasure[];
}

/** Where a model's files are: the path of a file by its staged name. */
export type ModelFiles = (staged: string) => Promise<string>;

/** Measures one model on the held-back votes. Rejects with INVALID_MODEL where it can not be loaded or gives what is no number. */
export type MeasureModel = (files: ModelFiles, votes: HeldBackVotes) => Promise<Measured>;

export interface Comparison {
  /** Challenger less champion, mean over the same users. */
  readonly difference: number;
  readonly standardError: number | null;
}

/** Mean and standard error of each measure; those without users are left out. */
export function metricsOf({ measures }: Measured): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const [name, values] of Object.entries(measures)) {
    const summary = summariseUsers(values);
    if (summary === null) continue;
    metrics[name] = summary.mean;
    if (summary.standardError !== null) metrics[`${name}Error`] = summary.standardError;
  }
  return metrics;
}

/** Null where they share no user. */
export function compareMeasures(challenger: Measured, champion: Measured): Comparison | null {
  const difference = pairedDifference(challenger.decisive, champion.decisive);
  return difference === null
    ? null
    : { difference: difference.mean, standardError: difference.standardError };
}
