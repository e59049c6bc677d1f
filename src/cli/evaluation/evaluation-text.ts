import { metricTitle } from '../../domain/metric-title.js';
import type { MetricComparison } from '../../models/evaluation/compare-evaluations.js';
import type { EvaluationDocument } from '../../models/evaluation/evaluation-document.js';
import type { UserSummary } from '../../models/evaluation/user-summary.js';
import { grouped } from '../progress-line.js';
import { alignColumns } from './align-columns.js';

/** What an evaluation found, for people: means over users with their standard errors. */
export function evaluationText(document: EvaluationDocument): string {
  const { training, scoring } = document;
  const sections = [
    [
      `Trained on ${grouped(training.votes)} votes of ${grouped(training.users)} users on ${grouped(training.polls)} polls in ${training.seconds} s (${training.peakMegabytes} MB at most); the two files hold ${(training.bytes / 1e6).toFixed(1)} MB.`,
      `Scored ${grouped(document.scoredRows)} rows of ${grouped(document.testSet.users)} users in ${scoring.seconds} s (${scoring.peakMegabytes} MB at most).`,
    ],
    metricLines(document),
    listLines(document),
    calibrationLines(document),
    coldUserLines(document),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** The metrics of two evaluations side by side. */
export function comparisonText(rows: readonly MetricComparison[], names: readonly [string, string]): string {
  if (rows.length === 0) return 'The two have no metric of the same users.';
  return [
    `A: ${names[0]}`,
    `B: ${names[1]}`,
    '',
    ...alignColumns([
      ['', '', 'A', 'B', 'A − B', 's.e.', 't', 'p', 'users'],
      ...rows.map((row) => [
        metricTitle(row.metric),
        row.group,
        figure(row.first),
        figure(row.second),
        `${row.difference < 0 ? '' : '+'}${figure(row.difference)}`,
        row.standardError === null ? '–' : figure(row.standardError),
        row.t === null ? '–' : row.t.toFixed(2),
        row.p === null ? '–' : row.p < 0.0001 ? '< 0.0001' : figure(row.p),
        grouped(row.users),
      ]),
    ]),
  ].join('\n');
}

const figure = (value: number): string => value.toFixed(4);

const meanAndError = (summary: UserSummary | null): string => {
  if (summary === null) return '–';
  const error = summary.standardError === null ? '' : ` (${figure(summary.standardError)})`;
  return `${figure(summary.mean)}${error}`;
};

function metricLines({ groups }: EvaluationDocument): string[] {
  const names = Object.keys(groups.all ?? {});
  if (names.length === 0) return ['The test has no options: predictions only.'];
  const shown = Object.keys(groups).filter((group) => group !== 'all' || Object.keys(groups).length > 1);
  const columns = shown.length === 0 ? ['all'] : ['all', ...shown.filter((group) => group !== 'all')];
  return [
    'Mean over users (standard error)',
    ...alignColumns([
      ['', ...columns, 'by item', 'users', 'items'],
      ...names.map((name) => {
        const all = groups.all?.[name] ?? null;
        return [
          metricTitle(name),
          ...columns.map((group) => meanAndError(groups[group]?.[name] ?? null)),
          ...(all === null
            ? ['–', '0', '0']
            : [figure(all.weighted), grouped(all.users), grouped(all.items)]),
        ];
      }),
    ]),
  ];
}

function listLines({ lists }: EvaluationDocument): string[] {
  if (lists.length === 0) return [];
  return [
    'Lists of all users together',
    ...alignColumns([
      ['', ...lists.map(({ length }) => `first ${length}`)],
      ['coverage of the catalogue', ...lists.map(({ coverage }) => figure(coverage))],
      ['popularity deviation', ...lists.map(({ popularityDeviation }) => figure(popularityDeviation))],
    ]),
  ];
}

function calibrationLines({ calibration }: EvaluationDocument): string[] {
  if (calibration === null) return [];
  const { liking, answer } = calibration;
  const cells = (of: typeof liking): string[] =>
    of === null ? ['–', '–', '0'] : [figure(of.expectedError), figure(of.brier), grouped(of.items)];
  return [
    'Scores as chances',
    ...alignColumns([
      ['', 'calibration error', 'Brier', 'items'],
      ['liking', ...cells(liking)],
      ['answer', ...cells(answer)],
    ]),
  ];
}

function coldUserLines({ coldUsers }: EvaluationDocument): string[] {
  if (coldUsers === null || coldUsers.points.every((point) => point.exposedAuc === null)) return [];
  const { agreeShare, voteCount } = coldUsers.yardsticks;
  return [
    'Unseen users, as more of their votes are known; the same users and items in every row',
    ...alignColumns([
      ['', metricTitle('exposedAuc'), 'more than the agree share', metricTitle('answeredAuc'), 'users'],
      ...coldUsers.points.map(({ knownVotes, exposedAuc, gain, answeredAuc }) => [
        `${knownVotes} known`,
        meanAndError(exposedAuc),
        gain === null ? '–' : `${gain.difference < 0 ? '' : '+'}${figure(gain.difference)}`,
        meanAndError(answeredAuc),
        grouped(exposedAuc?.users ?? 0),
      ]),
      ['agree share of the poll', meanAndError(agreeShare), '', '', grouped(agreeShare?.users ?? 0)],
      ['votes of the poll', meanAndError(voteCount), '', '', grouped(voteCount?.users ?? 0)],
    ]),
  ];
}
