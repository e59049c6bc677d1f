import {
  type PairedTest,
  pairedTest,
  summariseUsers,
  type UserMeasures,
} from '../../src/models/evaluation/user-summary.js';
import type { HeldBackVotes } from './held-back-votes.js';

/** What was measured of one model. */
export interface Measured {
  /** Polls that the model can give. */
  readonly polls: number;
  /** By metric, the value of each held-back user it could be taken of. */
  readonly measures: UserMeasures;
  /** Metrics of the model that no single user has, such as coverage. */
  readonly figures: Readonly<Record<string, number>>;
  /** Names of the measures by which models are compared. */
  readonly decisive: readonly string[];
}

/** Where a model's files are: the path of a file by its staged name. */
export type ModelFiles = (staged: string) => Promise<string>;

/** Measures one model on the held-back votes. Rejects with INVALID_MODEL where it can not be loaded or gives what is no number. */
export type MeasureModel = (files: ModelFiles, votes: HeldBackVotes) => Promise<Measured>;

/** Mean and standard error of each measure, and the figures; measures without users are left out. */
export function metricsOf({ measures, figures }: Measured): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const [name, values] of Object.entries(measures)) {
    const summary = summariseUsers(values);
    if (summary === null) continue;
    metrics[name] = summary.mean;
    if (summary.standardError !== null) metrics[`${name}Error`] = summary.standardError;
  }
  return { ...metrics, ...figures };
}

/** Challenger less champion, by decisive measure; those that no user has of both are left out. */
export function compareMeasures(challenger: Measured, champion: Measured): Record<string, PairedTest> {
  const comparisons: Record<string, PairedTest> = {};
  for (const name of challenger.decisive) {
    const test = pairedTest(challenger.measures[name] ?? [], champion.measures[name] ?? []);
    if (test !== null) comparisons[name] = test;
  }
  return comparisons;
}
