import type { EvaluationDocument } from '../models/evaluation/evaluation-document.js';
import type { Html } from '../platform/html.js';
import { figure, grouped, percent } from './figures.js';
import { barPlot } from './plots/bar-plot.js';
import { plotWithTables, section, table } from './report-page.js';

/** What the lists are like that every user of the test got. */
export function listSections({ lists }: EvaluationDocument): Html | null {
  const longest = lists.at(-1);
  if (longest === undefined) return null;
  const { deciles, length } = longest;
  const summary = table({
    caption: 'Lists of all users together',
    columns: ['', ...lists.map((list) => `first ${list.length}`)],
    rows: [
      ['Lists', ...lists.map((list) => grouped(list.lists))],
      ['Coverage of the catalogue', ...lists.map((list) => percent(list.coverage))],
      ['Popularity deviation', ...lists.map((list) => figure(list.popularityDeviation))],
    ],
  });
  const tenths = table({
    caption: `Tenths of the catalogue, first ${length}`,
    columns: ['tenth', 'polls', 'training', 'test', 'lists'],
    rows: deciles.map(({ decile, polls, training, test, listed }) => [
      String(decile),
      grouped(polls),
      percent(training),
      percent(test),
      percent(listed),
    ]),
  });
  return section(
    'What the lists hold',
    'Polls by their votes in the training part, in tenths of the catalogue from the most voted down: what users voted on, went on to vote on, and were given. Coverage is the share of polls that anyone was given; the deviation is half the sum of the differences between test and lists.',
    plotWithTables(
      barPlot({
        description: 'Shares of training votes, test items and list places by tenths of popularity',
        height: 340,
        xName: 'tenth of the catalogue, most voted first',
        yName: 'share',
        categories: deciles.map(({ decile }) => String(decile)),
        bars: [
          { name: `first ${length} of the lists`, values: deciles.map(({ listed }) => listed) },
          { name: 'test items', values: deciles.map(({ test }) => test) },
          { name: 'training votes', values: deciles.map(({ training }) => training) },
        ],
      }),
      summary,
      tenths,
    ),
  );
}
