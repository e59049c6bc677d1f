import { describe, expect, it } from 'vitest';
import { progressLine } from './import-progress.js';
import { importReport } from './import-report.js';

const VOTES = {
  kind: 'votes',
  file: 'votes.csv',
  rows: 1_234_567,
  added: 1_234_000,
  changed: 0,
  known: 562,
  rejected: 5,
  reasons: { UNKNOWN_POLL: 4, BAD_DATE: 1 },
  rejectsFile: 'data/rejects/1-votes.ndjson',
  seconds: 12.34,
} as const;

describe('importReport', () => {
  it('shows a table of files, the reasons, and where the bad rows are', () => {
    const polls = {
      ...VOTES,
      kind: 'polls',
      rows: 2,
      added: 2,
      known: 0,
      rejected: 0,
      reasons: {},
      rejectsFile: null,
    } as const;
    expect(importReport({ files: [polls, VOTES], stopped: false })).toBe(
      [
        '            rows        new  changed  already there  rejected  seconds',
        'polls          2          2        0              0         0     12.3',
        'votes  1,234,567  1,234,000        0            562         5     12.3',
        '',
        'Rejected votes, kept in data/rejects/1-votes.ndjson:',
        '          4  UNKNOWN_POLL    the poll is neither in the file of polls nor in the catalogue',
        '          1  BAD_DATE        a date is none, or lies before 1970',
      ].join('\n'),
    );
  });

  it('says that the import was stopped', () => {
    expect(importReport({ files: [], stopped: true })).toMatch(/Stopped\. What was taken over stays/);
  });
});

describe('progressLine', () => {
  it('shows rows, speed and share of the file', () => {
    const progress = {
      kind: 'votes',
      file: 'votes.csv',
      rows: 300_000,
      rejected: 2,
      share: 0.5,
      seconds: 2,
    } as const;
    expect(progressLine(progress)).toBe(
      `votes        [${'█'.repeat(12)}${' '.repeat(12)}]  50 %  300,000 rows  150,000/s  2 rejected`,
    );
  });
});
