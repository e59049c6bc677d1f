import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../tests/support/eventually.js';
import type { FlowRun, StepRun } from '../datasources/runs/flow-run.js';
import { runId } from '../domain/ids.js';
import { FlowProgress } from './flow-progress.js';

const stepRun = (change: Partial<StepRun>): StepRun => ({
  state: 'PENDING',
  attempts: 1,
  startedAt: 1_000,
  finishedAt: null,
  error: null,
  ...change,
});
const runOf = (steps: Readonly<Record<string, StepRun>>): FlowRun => ({
  id: runId('r1'),
  flow: 'popular',
  state: 'RUNNING',
  startedAt: 1_000,
  finishedAt: null,
  heartbeat: 1_000,
  steps,
});

const shown: FlowProgress[] = [];
afterEach(() => {
  for (const progress of shown.splice(0)) progress.stop();
});

function setting(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, columns: 100, write: (text: string) => void written.push(text) };
  const progress = new FlowProgress({ stream, clock: () => 13_000 });
  shown.push(progress);
  progress.start();
  return { progress, text: () => written.join('') };
}

describe('FlowProgress', () => {
  it('shows on a terminal what is at work, with seconds and share, and one line for each step that ended', async () => {
    const { progress, text } = setting(true);
    progress.onProgress('score', 0.5);
    progress.onChange(
      runOf({
        extract: stepRun({ state: 'SUCCEEDED', finishedAt: 2_500 }),
        score: stepRun({ state: 'RUNNING' }),
        gate: stepRun({}),
      }),
    );
    await eventually(() => text().includes('… score 12 s 50 %'));
    const error = { code: 'INVALID_DATA' as const, message: 'no votes', retryable: false };
    progress.onChange(runOf({ score: stepRun({ state: 'FAILED', finishedAt: 3_000, error }) }));
    const ended = text()
      .split('\n')
      .flatMap((line) => /[✓✗].*/.exec(line) ?? []);
    expect(ended).toEqual(['✓ extract              1.5 s', '✗ score                2.0 s']);
    expect(text()).not.toContain('gate');
  });

  it('leaves log lines below a warning out on a terminal', () => {
    const { progress, text } = setting(true);
    progress.onLine('{"level":30,"msg":"counting"}');
    progress.onLine('{"level":40,"msg":"strange"}');
    progress.onLine('a stack trace');
    expect(text()).not.toContain('counting');
    expect(text()).toMatch(/strange[\s\S]*a stack trace/);
  });

  it('passes all log lines on elsewhere, and draws nothing', () => {
    const { progress, text } = setting(false);
    progress.onChange(runOf({ extract: stepRun({ state: 'SUCCEEDED', finishedAt: 2_500 }) }));
    progress.onLine('{"level":30,"msg":"counting"}');
    expect(text()).toBe('{"level":30,"msg":"counting"}\n');
  });
});
