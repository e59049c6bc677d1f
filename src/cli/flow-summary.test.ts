import { describe, expect, it } from 'vitest';
import type { FlowRun } from '../datasources/runs/flow-run.js';
import { runId } from '../domain/ids.js';
import { bytesProcessed, bytesText, flowSummary } from './flow-summary.js';

const run: FlowRun = {
  id: runId('r1'),
  flow: 'popular',
  state: 'SUCCEEDED',
  startedAt: 1_000,
  finishedAt: 13_340,
  heartbeat: 13_340,
  steps: {},
};

describe('flowSummary', () => {
  it('tells version, metrics of both models, the verdict and the time', () => {
    const text = flowSummary({
      run,
      results: {
        evaluate: { challenger: { exposedAuc: 0.77123, polls: 5 }, champion: { exposedAuc: 0.75 } },
        gate: { verdict: 'PASS', reason: 'Not worse.' },
        publish: { version: 'v2' },
        'roll-out': { note: 'Loaded on 2 replicas.' },
      },
    });
    expect(text.split('\n')).toEqual([
      'popular r1: SUCCEEDED in 12.3 s',
      '              challenger    champion',
      '  exposedAuc      0.7712      0.7500',
      '  polls                5           –',
      '  gate: PASS. Not worse.',
      '  published: v2',
      '  roll-out: Loaded on 2 replicas.',
    ]);
  });

  it('tells the bytes that all steps have billed, where the warehouse bills', () => {
    const results = { clean: { bytesProcessed: 3_000_000 }, gate: {}, train: { bytesProcessed: 145_728 } };
    expect(bytesProcessed(results)).toBe(3_145_728);
    expect(flowSummary({ run, results })).toContain('\n  warehouse: 3.0 MiB processed');
    expect(bytesProcessed({ clean: { votes: 1 } })).toBeNull();
    expect(flowSummary({ run, results: { clean: { votes: 1 } } })).not.toContain('warehouse');
  });

  it('says that nothing was published where the gate refused', () => {
    const text = flowSummary({
      run,
      results: { gate: { verdict: 'REJECT', reason: 'Worse.' }, publish: { skipped: 'Worse.' } },
    });
    expect(text).toContain('gate: REJECT. Worse.');
    expect(text).toContain('published: nothing');
  });

  it('says that the run failed, and leaves the reason to the error', () => {
    const failed: FlowRun = {
      ...run,
      state: 'FAILED',
      steps: {
        clean: {
          state: 'FAILED',
          attempts: 1,
          startedAt: 1,
          finishedAt: 2,
          error: { code: 'INVALID_DATA', message: 'no votes', retryable: false },
        },
      },
    };
    const text = flowSummary({ run: failed, results: {} });
    expect(text).toContain('FAILED');
    expect(text).not.toContain('no votes');
  });
});

it.each([
  [null, 'not told'],
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1.0 KiB'],
  [1_536 * 1_024 ** 2, '1.5 GiB'],
  [5_000 * 1_024 ** 4, '5000.0 TiB'],
])('tells %s bytes as %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
