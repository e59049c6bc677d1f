import { describe, expect, it } from 'vitest';
import type { EvaluationDocument } from '../../models/evaluation/evaluation-document.js';
import type { UserSummary } from '../../models/evaluation/user-summary.js';
import { documentJson } from './document-json.js';
import { EvaluationProgress } from './evaluation-progress.js';
import { comparisonText, evaluationText } from './evaluation-text.js';

const summary = (mean: number): UserSummary => ({
  mean,
  standardError: 0.01,
  weighted: 0.5,
  users: 1234,
  items: 9,
});
const document: EvaluationDocument = {
  protocol: 'ranking',
  split: null,
  foldIn: null,
  recallDenominator: 'all',
  evaluatedAt: '2026-01-02T03:04:05.000Z',
  scoredRows: 2_000,
  testSet: { fingerprint: 'abc', users: 1_234 },
  training: { polls: 30, users: 10, votes: 100, seconds: 1.5, peakMegabytes: 200, bytes: 3_000_000 },
  scoring: { seconds: 2.5, peakMegabytes: 300 },
  groups: { all: { recall20: summary(0.25), topicDiversity20: null } },
  lists: [{ length: 20, lists: 1234, coverage: 0.5, popularityDeviation: 0.25, deciles: [] }],
  calibration: null,
  byHistoryLength: [],
  byTopic: [],
  coldUsers: null,
  users: { ids: ['u"1', 'u2'], groups: ['warm', 'cold'], metrics: { recall20: [0.25, null] } },
};

describe('evaluationText', () => {
  it('aligns the metrics, with errors, and leaves out what was not measured', () => {
    expect(evaluationText(document)).toBe(
      [
        'Trained on 100 votes of 10 users on 30 polls in 1.5 s (200 MB at most); the two files hold 3.0 MB.',
        'Scored 2,000 rows of 1,234 users in 2.5 s (300 MB at most).',
        '',
        'Mean over users (standard error)',
        '                                    all  by item  users  items',
        '  Recall @ 20           0.2500 (0.0100)   0.5000  1,234      9',
        '  Topic diversity @ 20                –        –      0      0',
        '',
        'Lists of all users together',
        '                             first 20',
        '  coverage of the catalogue    0.5000',
        '  popularity deviation         0.2500',
      ].join('\n'),
    );
  });
});

describe('comparisonText', () => {
  it('says which is which, and by how much', () => {
    const row = { metric: 'ndcg20', group: 'all', first: 0.5, second: 0.25, difference: 0.25 } as const;
    const text = comparisonText(
      [{ ...row, standardError: 0.01, t: 25, p: 1e-9, users: 1234 }],
      ['a.json', 'b.json'],
    );
    expect(text).toContain('A: a.json\nB: b.json');
    expect(text).toMatch(/NDCG @ 20 +all +0\.5000 +0\.2500 +\+0\.2500 +0\.0100 +25\.00 +< 0\.0001 +1,234/);
    expect(comparisonText([], ['a', 'b'])).toMatch(/no metric/);
  });
});

describe('documentJson', () => {
  it('is the document, the column of a metric on one line', () => {
    const text = documentJson(document);
    expect(JSON.parse(text)).toEqual(document);
    expect(text.split('\n')).toContain('      "recall20": [0.25,null]');
  });
});

describe('EvaluationProgress', () => {
  const drawn = (isTTY: boolean): string => {
    let text = '';
    const progress = new EvaluationProgress({ isTTY, columns: 20, write: (piece) => (text += piece) });
    progress.onPhase('list');
    progress.onProgress(1, 3);
    progress.stop();
    return text;
  };

  it('draws one line over and over on a terminal, and nothing elsewhere', () => {
    expect(drawn(true)).toBe('\r\u001b[2Klist …\r\u001b[2K');
    expect(drawn(false)).toBe('');
  });
});
