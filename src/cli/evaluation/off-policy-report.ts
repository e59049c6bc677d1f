import type { ExplorationMethod } from '../../domain/logged-answer.js';
import type { PolicyEvaluation } from '../../models/evaluation/off-policy/evaluate-policy.js';
import {
  type ClusteredMean,
  ESTIMATORS,
  type Estimator,
} from '../../models/evaluation/off-policy/policy-value.js';
import type { Reward } from './off-policy-options.js';

/** What `hunch evaluate --protocol off-policy --json` prints. */
export interface OffPolicyDocument extends PolicyEvaluation {
  readonly protocol: 'off-policy';
  readonly reward: Reward;
  /** The other policy, as it was asked for. */
  readonly target: {
    readonly file: string | null;
    readonly explorationShare: number | null;
    readonly exploration: ExplorationMethod | null;
  };
  readonly answers: { readonly read: number; readonly evaluated: number; readonly exploring: number };
  readonly votes: {
    readonly read: number;
    readonly byName: number;
    readonly byUser: number;
    readonly notCredited: number;
  };
  readonly placesLeftOut: number;
  readonly warnings: readonly string[];
}

const TITLES: Readonly<Record<Estimator, string>> = {
  ips: 'IPS',
  snips: 'SNIPS',
  dm: 'direct method',
  dr: 'doubly robust',
};

const cell = (value: ClusteredMean | null | undefined): string => {
  if (value === null || value === undefined) return '–'.padEnd(19);
  const error = value.standardError === null ? '–' : value.standardError.toFixed(5);
  return `${value.mean.toFixed(5).padStart(8)} (${error.padStart(7)})`;
};

/** The evaluation as a table for people: values with their standard errors, how far the log supports them, and what warns. */
export function offPolicyReport(document: OffPolicyDocument): string {
  const { answers, votes, places, clusters, logged, estimates, support, warnings } = document;
  return [
    `${answers.evaluated} answers with ${places} places of ${clusters} users (or answers of unknown users);`,
    `${votes.byName} of ${votes.read} votes credited by recommendation id, ${votes.byUser} by user and poll.`,
    '',
    `Mean of "${document.reward}" at a place     value (s.e.)          difference to the log (s.e.)`,
    `  ${'as logged'.padEnd(24)} ${cell(logged)}`,
    ...ESTIMATORS.map(
      (name) =>
        `  ${TITLES[name].padEnd(24)} ${cell(estimates[name]?.value)}   ${cell(estimates[name]?.difference)}`,
    ),
    '',
    `Effective sample size ${support.effectiveSampleSize.toFixed(0)} of ${places}; of the ${support.changedPlaces} places where the policies differ ${support.changedEffectiveSampleSize.toFixed(0)}.`,
    `Largest weight ${support.largestWeight.toFixed(2)}, mean ${support.meanWeight?.mean.toFixed(3) ?? '–'}; without support ${(100 * support.unsupportedShare).toFixed(2)} %.`,
    ...warnings.map((warning) => `WARNING: ${warning}`),
  ].join('\n');
}
