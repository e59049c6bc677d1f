import type { HistoryLengthAuc, TopicAuc } from './auc-breakdowns.js';
import type { ChanceCalibration } from './chance-calibration.js';
import type { ColdUsers } from './cold-users.js';
import type { EvaluationGroups, UserTable } from './evaluation-groups.js';
import type { ListSummary } from './list-tally.js';
import type { RecallDenominator } from './ranking-metrics.js';

export const PROTOCOLS = ['exposed', 'ranking'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** What one run of `hunch evaluate` found: its JSON, what its page shows, and what two of are compared. */
export interface EvaluationDocument {
  readonly protocol: Protocol;
  /** Null where the files were taken as they are. */
  readonly split: 'time' | 'voter' | null;
  /** Polls of an unseen user that were known; null but for the time split. */
  readonly foldIn: number | null;
  readonly recallDenominator: RecallDenominator;
  readonly evaluatedAt: string;
  readonly scoredRows: number;
  readonly testSet: {
    /** Equal for the same users, polls and options. */
    readonly fingerprint: string;
    readonly users: number;
  };
  readonly training: {
    readonly polls: number;
    readonly users: number;
    readonly votes: number;
    readonly seconds: number;
    /** Most memory that the process had held when training was done, the votes read included. */
    readonly peakMegabytes: number;
    /** Of both files. */
    readonly bytes: number;
  };
  readonly scoring: { readonly seconds: number; readonly peakMegabytes: number };
  readonly groups: EvaluationGroups;
  /** Lists of 10 and 20; empty where the test has no options. */
  readonly lists: readonly ListSummary[];
  /** The four below: protocol `exposed` only. */
  readonly calibration: {
    readonly liking: ChanceCalibration | null;
    readonly answer: ChanceCalibration | null;
  } | null;
  readonly byHistoryLength: readonly HistoryLengthAuc[];
  readonly byTopic: readonly TopicAuc[];
  /** Time split only. */
  readonly coldUsers: ColdUsers | null;
  readonly users: UserTable;
}
