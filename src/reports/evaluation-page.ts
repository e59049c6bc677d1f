import { metricTitle } from '../domain/metric-title.js';
import type { EvaluationDocument } from '../models/evaluation/evaluation-document.js';
import type { UserSummary } from '../models/evaluation/user-summary.js';
import { type Html, html } from '../platform/html.js';
import { exposedSections } from './exposed-sections.js';
import { figure, grouped, meanWithError } from './figures.js';
import { listSections } from './list-sections.js';
import { reportPage, section, table } from './report-page.js';

/** One evaluation as a page: every plot with its figures beside it, nothing fetched from anywhere. */
export function evaluationPage(document: EvaluationDocument): string {
  return reportPage(
    'Evaluation of the personal model',
    html`<header>
<h1>Evaluation of the personal model</h1>
<p class="lead">${lead(document)}</p>
</header>
${headline(document)}
${metricsSection(document)}
${exposedSections(document)}
${listSections(document)}
${trainingSection(document)}`,
  );
}

function lead({ protocol, split, foldIn, scoredRows, testSet, evaluatedAt }: EvaluationDocument): string {
  const splits = {
    time: `Split by time; ${foldIn} polls of each unseen user were known.`,
    voter: 'The last fifth of each user’s polls was foretold.',
  };
  return `${
    protocol === 'exposed'
      ? 'What users were shown: was it answered, and on which side?'
      : 'Full ranking of every poll outside the history.'
  } ${split === null ? '' : splits[split]} ${grouped(scoredRows)} rows of ${grouped(testSet.users)} users. ${evaluatedAt.slice(0, 16).replace('T', ' ')} UTC.`;
}

const HEADLINES = ['exposedAuc', 'answeredAuc', 'recall20', 'ndcg20'];

function headline({ groups }: EvaluationDocument): Html | null {
  const shown = HEADLINES.flatMap((name): [string, UserSummary][] => {
    const summary = groups.all?.[name] ?? null;
    return summary === null ? [] : [[name, summary]];
  });
  if (shown.length === 0) return null;
  return html`<dl class="figures">${shown.map(
    ([name, { mean, standardError, users }]) => html`<div>
<dt>${metricTitle(name)}</dt>
<dd>${figure(mean)}</dd>
<dd class="beside">${standardError === null ? null : `± ${figure(standardError)}, `}${grouped(users)} users</dd>
</div>`,
  )}</dl>`;
}

function metricsSection({ groups }: EvaluationDocument): Html | null {
  const names = Object.keys(groups.all ?? {}).filter((name) => (groups.all?.[name] ?? null) !== null);
  if (names.length === 0) {
    return section(
      'Metrics',
      'The test has no options, so that there are predictions and no metrics.',
      html``,
    );
  }
  const single = Object.keys(groups).length <= 2;
  const shown = ['all', ...(single ? [] : ['warm', 'cold'])];
  return section(
    'Metrics',
    'Means over users with the standard error of the mean; “by item” weighs each user by the number of items. Warm users were in the training part, cold ones not.',
    table({
      caption: 'Metrics by group of users',
      columns: [
        '',
        ...shown.map((group) => (group === 'all' ? 'all users' : group)),
        'by item',
        'users',
        'items',
      ],
      rows: names.map((name) => {
        const all = groups.all?.[name] ?? null;
        return [
          metricTitle(name),
          ...shown.map((group) => meanWithError(groups[group]?.[name] ?? null)),
          all === null ? '–' : figure(all.weighted),
          grouped(all?.users ?? 0),
          grouped(all?.items ?? 0),
        ];
      }),
    }),
  );
}

function trainingSection({ training, scoring, testSet }: EvaluationDocument): Html {
  return section(
    'Training and scoring',
    'On the machine that made this report. Memory is the most that the process had held by then, the votes it read included.',
    table({
      caption: 'What it took',
      columns: ['', 'seconds', 'MB at most', ''],
      rows: [
        [
          'Training',
          training.seconds.toFixed(1),
          grouped(training.peakMegabytes),
          `${grouped(training.votes)} votes, ${grouped(training.users)} users, ${grouped(training.polls)} polls`,
        ],
        [
          'Scoring',
          scoring.seconds.toFixed(1),
          grouped(scoring.peakMegabytes),
          `${(training.bytes / 1e6).toFixed(1)} MB of model files; test set ${testSet.fingerprint}`,
        ],
      ],
    }),
  );
}
