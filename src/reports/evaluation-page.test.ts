import { describe, expect, it } from 'vitest';
import type { EvaluationDocument } from '../models/evaluation/evaluation-document.js';
import type { UserSummary } from '../models/evaluation/user-summary.js';
import { evaluationPage } from './evaluation-page.js';

const summary = (mean: number): UserSummary => ({
  mean,
  standardError: 0.01,
  weighted: mean,
  users: 1234,
  items: 56,
});
const deciles = Array.from({ length: 10 }, (_, place) => ({
  decile: place + 1,
  polls: 3,
  training: 0.1,
  test: 0.1,
  listed: 0.1,
}));
const calibration = {
  items: 4,
  brier: 0.2,
  expectedError: 0.1,
  bins: [{ from: 0.1, to: 0.2, items: 4, forecast: 0.15, observed: 0.25 }],
};

const full: EvaluationDocument = {
  protocol: 'exposed',
  split: 'time',
  foldIn: 5,
  recallDenominator: 'all',
  evaluatedAt: '2026-01-02T03:04:05.000Z',
  scoredRows: 56,
  testSet: { fingerprint: 'abc', users: 1234 },
  training: { polls: 30, users: 10, votes: 100, seconds: 1.5, peakMegabytes: 200, bytes: 3_000_000 },
  scoring: { seconds: 2.5, peakMegabytes: 300 },
  groups: {
    warm: { exposedAuc: summary(0.7), novelty20: null },
    cold: { exposedAuc: null, novelty20: summary(5) },
    all: { exposedAuc: summary(0.8123), novelty20: summary(5) },
  },
  lists: [{ length: 20, lists: 1234, coverage: 0.5, popularityDeviation: 0.25, deciles }],
  calibration: { liking: calibration, answer: null },
  byHistoryLength: [
    { from: 0, to: 0, exposedAuc: summary(0.75), answeredAuc: null },
    { from: 20, to: null, exposedAuc: summary(0.85), answeredAuc: null },
  ],
  byTopic: [{ topic: '<script>alert(1)</script>', exposedAuc: summary(0.66), answeredAuc: summary(0.55) }],
  coldUsers: {
    points: [
      { knownVotes: 0, exposedAuc: summary(0.74), answeredAuc: null, gain: null },
      {
        knownVotes: 5,
        exposedAuc: summary(0.81),
        answeredAuc: null,
        gain: { difference: 0.02, standardError: 0.004, t: 5, p: 0.0001, users: 1234 },
      },
    ],
    yardsticks: { agreeShare: summary(0.79), voteCount: summary(0.46) },
  },
  users: { ids: [], groups: [], metrics: {} },
};

describe('evaluationPage', () => {
  const page = evaluationPage(full);

  it('is one file that runs nothing and asks for nothing', () => {
    expect(page).not.toMatch(/<script|@import|<link(?! rel="icon" href="data:,")|<img|url\((?!#)/);
    const addresses = page.match(/(?:https?:)?\/\/[^\s"'<]+/g) ?? [];
    expect(new Set(addresses)).toEqual(
      new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']),
    );
    expect(page).toContain('&lt;script&gt;');
  });

  it('has a plot that says what it shows, and tables, in every part', () => {
    const parts = page.split('<section').slice(1);
    expect(parts.map((part) => /<h2>(.*?)<\/h2>/.exec(part)?.[1])).toEqual([
      'Metrics',
      'Unseen users: what the first votes are worth',
      'By length of history',
      'By topic',
      'Scores as chances',
      'What the lists hold',
      'Training and scoring',
    ]);
    for (const part of parts) expect(part).toMatch(/<table>[\s\S]*<caption>\w/);
    for (const part of parts.slice(1, -1)) expect(part).toMatch(/<svg role="img" aria-label="\w[^"]+"/);
  });

  it('draws in the colours of the page, for light and dark', () => {
    for (const drawing of page.match(/<svg[\s\S]*?<\/svg>/g) ?? []) {
      expect(drawing).toContain('var(--first)');
      expect(
        drawing.replace(/<defs[\s\S]*?<\/defs>/g, '').match(/(?:fill|stroke)="#[0-9a-f]{3,6}"/gi) ?? [],
      ).toEqual([]);
    }
  });

  it('tells the figures', () => {
    for (const text of ['0.8123', '1,234 users', '+0.0200', '20+', '25.0 %', 'Novelty in bits @ 20']) {
      expect(page).toContain(text);
    }
  });

  it('leaves out what was not measured', () => {
    const bare = evaluationPage({
      ...full,
      protocol: 'ranking',
      split: null,
      foldIn: null,
      groups: { all: {} },
      lists: [],
      calibration: null,
      byHistoryLength: [],
      byTopic: [],
      coldUsers: null,
    });
    expect(bare).not.toContain('<svg');
    expect(bare).toContain('predictions and no metrics');
  });
});
