import { metricTitle } from '../domain/metric-title.js';
import type { AucPair } from '../models/evaluation/auc-breakdowns.js';
import type { EvaluationDocument } from '../models/evaluation/evaluation-document.js';
import type { UserSummary } from '../models/evaluation/user-summary.js';
import { type Html, html } from '../platform/html.js';
import { figure, grouped, meanWithError, percent, twoErrors } from './figures.js';
import { intervalPlot } from './plots/interval-plot.js';
import { linePlot, type PlotLine } from './plots/line-plot.js';
import { reliabilityPlot } from './plots/reliability-plot.js';
import { plotWithTables, section, table } from './report-page.js';

/** Topics beyond these are in the table only. */
const MOST_TOPICS_DRAWN = 30;
const PLOT_HEIGHT = 320;

const LIKING = metricTitle('exposedAuc');
const ANSWER = metricTitle('answeredAuc');

/** What only protocol `exposed` finds; the parts that were not measured are left out. */
export const exposedSections = (document: EvaluationDocument): Html[] =>
  [coldUsers(document), historyLength(document), topics(document), calibration(document)].filter(
    (part) => part !== null,
  );

const lineOf = (name: string, summaries: readonly (UserSummary | null)[]): PlotLine => ({
  name,
  values: summaries.map((summary) => summary?.mean ?? null),
  intervals: summaries.map(twoErrors),
});

const pairLines = (pairs: readonly AucPair[]): PlotLine[] =>
  [
    lineOf(
      LIKING,
      pairs.map((pair) => pair.exposedAuc),
    ),
    lineOf(
      ANSWER,
      pairs.map((pair) => pair.answeredAuc),
    ),
  ].filter((line) => line.values.some((value) => value !== null));

const pairCells = ({ exposedAuc, answeredAuc }: AucPair): Html[] => [
  meanWithError(exposedAuc),
  html`${grouped(exposedAuc?.users ?? 0)}`,
  meanWithError(answeredAuc),
  html`${grouped(answeredAuc?.users ?? 0)}`,
];

function coldUsers({ coldUsers: cold }: EvaluationDocument): Html | null {
  if (cold === null || cold.points.every(({ exposedAuc }) => exposedAuc === null)) return null;
  const { points, yardsticks } = cold;
  const agreeShare = yardsticks.agreeShare?.mean;
  const levels = agreeShare === undefined ? [] : [{ name: 'agree share of the poll', value: agreeShare }];
  return section(
    'Unseen users: what the first votes are worth',
    'AUC of liking for users that training has not seen, as more of their votes are known; the same users and items at every point. The dashed line looks at the poll only. Whiskers are two standard errors; the gain over the agree share is paired by user, and much surer than the whiskers.',
    plotWithTables(
      linePlot({
        description: 'AUC of liking of unseen users by the number of known votes',
        height: PLOT_HEIGHT,
        xName: 'known votes',
        yName: LIKING,
        categories: points.map(({ knownVotes }) => String(knownVotes)),
        lines: [
          lineOf(
            LIKING,
            points.map(({ exposedAuc }) => exposedAuc),
          ),
        ],
        levels,
      }),
      table({
        caption: `${grouped(points[0]?.exposedAuc?.users ?? 0)} unseen users`,
        columns: ['known votes', LIKING, 'gain', ANSWER],
        rows: [
          ...points.map(({ knownVotes, exposedAuc, gain, answeredAuc }) => [
            String(knownVotes),
            meanWithError(exposedAuc),
            gain === null
              ? '–'
              : html`${gain.difference < 0 ? '' : '+'}${figure(gain.difference)} <small>± ${figure(gain.standardError ?? 0)}</small>`,
            meanWithError(answeredAuc),
          ]),
          ['agree share of the poll', meanWithError(yardsticks.agreeShare), '', ''],
          ['votes of the poll', meanWithError(yardsticks.voteCount), '', ''],
        ],
      }),
    ),
  );
}

function historyLength({ byHistoryLength }: EvaluationDocument): Html | null {
  if (byHistoryLength.length === 0) return null;
  const names = byHistoryLength.map(({ from, to }) =>
    to === null ? `${from}+` : to === from ? String(from) : `${from}–${to}`,
  );
  return section(
    'By length of history',
    'Users by how many of their votes were known. The classes hold different users, so that a step between them is not only what more votes are worth.',
    plotWithTables(
      linePlot({
        description: 'AUC by the number of known votes',
        height: PLOT_HEIGHT,
        xName: 'known votes',
        yName: 'AUC',
        categories: names,
        lines: pairLines(byHistoryLength),
      }),
      table({
        caption: 'AUC by known votes',
        columns: ['known votes', LIKING, 'users', ANSWER, 'users'],
        rows: byHistoryLength.map((row, place) => [names[place] ?? '', ...pairCells(row)]),
      }),
    ),
  );
}

function topics({ byTopic }: EvaluationDocument): Html | null {
  if (byTopic.length === 0) return null;
  const users = ({ exposedAuc, answeredAuc }: AucPair): number =>
    Math.max(exposedAuc?.users ?? 0, answeredAuc?.users ?? 0);
  const ordered = [...byTopic].sort((a, b) => users(b) - users(a));
  const drawn = ordered.slice(0, MOST_TOPICS_DRAWN);
  const pointsOf = (of: keyof AucPair) =>
    drawn.map((row) => {
      const interval = twoErrors(row[of]);
      return interval === null ? null : { value: row[of]?.mean ?? 0, ...interval };
    });
  return section(
    'By topic',
    'AUC within the items of one topic, topics with the most users first. Whiskers are two standard errors.',
    plotWithTables(
      intervalPlot({
        description: 'AUC of both questions by topic',
        xName: 'AUC',
        rows: drawn.map(({ topic }) => topic),
        series: [
          { name: LIKING, points: pointsOf('exposedAuc') },
          { name: ANSWER, points: pointsOf('answeredAuc') },
        ],
      }),
      table({
        caption: 'AUC by topic',
        columns: ['topic', LIKING, 'users', ANSWER, 'users'],
        rows: ordered.map((row) => [row.topic, ...pairCells(row)]),
      }),
    ),
  );
}

function calibration({ calibration: found }: EvaluationDocument): Html | null {
  const curves = (['liking', 'answer'] as const).flatMap((name) => {
    const one = found?.[name] ?? null;
    return one === null ? [] : [{ name, ...one }];
  });
  if (curves.length === 0) return null;
  return section(
    'Scores as chances',
    'What happened against what was foretold, in tenths of the chance. On the dashed line a chance of 70 % comes true in seven cases of ten.',
    plotWithTables(
      reliabilityPlot({
        description: 'Share that happened against the chance foretold',
        height: 400,
        curves: curves.map(({ name, bins }) => ({ name, points: bins })),
      }),
      ...curves.map(({ name, bins, expectedError, brier, items }) =>
        table({
          caption: `${name}: calibration error ${figure(expectedError)}, Brier ${figure(brier)}, ${grouped(items)} items`,
          columns: ['chance', 'foretold', 'happened', 'items'],
          rows: bins.map((bin) => [
            `${Math.round(100 * bin.from)}–${Math.round(100 * bin.to)} %`,
            percent(bin.forecast),
            percent(bin.observed),
            grouped(bin.items),
          ]),
        }),
      ),
    ),
  );
}
