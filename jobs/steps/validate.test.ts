import { describe, expect, it, onTestFinished } from 'vitest';
import { writeFlowRun } from '../../src/datasources/runs/flow-run.js';
import { optionId, pollId, runId } from '../../src/domain/ids.js';
import { pollEvent } from '../../tests/support/poll-events.js';
import { StepBench } from '../../tests/support/run-steps.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { extractStep } from './extract.js';
import { validateStep } from './validate.js';

const folders = tempFolders();
const STEPS = { extract: extractStep, validate: validateStep };

const POLL = {
  poll: {
    id: pollId('p'),
    question: 'Tea?',
    options: [{ id: optionId('agree'), label: '' }],
    topics: [],
    language: null,
    authorId: null,
    createdAt: 1,
    closesAt: null,
    status: 'OPEN' as const,
  },
  recordedAt: 1,
};

async function opened(): Promise<StepBench> {
  const bench = await StepBench.open(await folders.make());
  onTestFinished(() => bench.close());
  return bench;
}

/** The run is over, and went as told. */
const finish = (bench: StepBench, id: string, state: 'SUCCEEDED' | 'FAILED', startedAt: number) =>
  writeFlowRun(bench.runs, {
    id: runId(id),
    flow: 'personalise',
    state,
    startedAt,
    finishedAt: startedAt,
    heartbeat: startedAt,
    steps: {},
  });

describe('extract', () => {
  it('names a state that later additions do not change, and what it holds', async () => {
    const bench = await opened();
    await bench.add(
      { polls: [POLL] },
      { events: [pollEvent({ at: 3 })] },
      { events: [pollEvent({ at: 5 })] },
    );
    const { extract } = await bench.run({ extract: extractStep });
    expect(extract).toEqual({
      snapshot: expect.any(String),
      through: 5,
      events: 2,
      polls: 1,
      topics: 0,
      userChanges: 0,
      fresh: { events: 2, polls: 1, topics: 0, userChanges: 0 },
      passedOver: 0,
      previous: null,
    });
    await bench.add({ events: [pollEvent({ at: 7 })] });
    const snapshot = await bench.warehouse.openSnapshot(String(extract?.snapshot));
    expect(snapshot).toMatchObject({ through: 5, rows: { events: 2 } });
  });

  it('tells where the last run that succeeded had got to', async () => {
    const bench = await opened();
    await bench.add({ events: [pollEvent({ at: 3 })] });
    await bench.run({ extract: extractStep }, { run: runId('good') });
    await finish(bench, 'good', 'SUCCEEDED', 1);
    await bench.add({ events: [pollEvent({ at: 9 })], polls: [POLL] });
    await bench.run({ extract: extractStep }, { run: runId('bad') });
    await finish(bench, 'bad', 'FAILED', 2);
    const { extract } = await bench.run({ extract: extractStep }, { run: runId('now') });
    expect(extract).toMatchObject({
      through: 9,
      events: 2,
      fresh: { events: 1, polls: 1, topics: 0, userChanges: 0 },
      previous: { run: 'good', through: 3, events: 1, polls: 0 },
    });
  });

  it('finds nothing in an empty warehouse', async () => {
    const bench = await opened();
    const { extract } = await bench.run({ extract: extractStep });
    expect(extract).toMatchObject({ through: null, events: 0, polls: 0 });
  });
});

describe('validate', () => {
  it('refuses data without a poll or without a vote', async () => {
    const bench = await opened();
    await expect(bench.run(STEPS)).rejects.toMatchObject({ code: 'INVALID_DATA', retryable: false });
    await bench.add({ polls: [POLL], events: [pollEvent({ kind: 'SKIP' })] });
    await expect(bench.run(STEPS, { run: runId('second') })).rejects.toThrow(/0 votes and 1 polls/);
    await bench.add({ events: [pollEvent()] });
    expect((await bench.run(STEPS, { run: runId('third') })).validate).toMatchObject({
      events: 2,
      votes: 1,
      polls: 1,
      warnings: {},
    });
    expect(bench.warnings).toEqual([]);
  });

  it('refuses data of which most can not be used', async () => {
    const bench = await opened();
    await bench.add({
      polls: [POLL],
      events: [pollEvent(), pollEvent({ poll: 'x', at: 2 }), pollEvent({ poll: 'y', at: 3 })],
    });
    await expect(bench.run(STEPS)).rejects.toThrow(/Of 3 events 2 count as unknown_polls/);
  });

  it('counts lesser faults, and says so once', async () => {
    const bench = await opened();
    const good = Array.from({ length: 9 }, (_, place) => pollEvent({ user: `u${place}` }));
    await bench.add({
      polls: [{ ...POLL, poll: { ...POLL.poll, question: '' } }],
      events: [
        ...good,
        ...good.slice(0, 2),
        pollEvent({ option: 'gone' }),
        pollEvent({ poll: 'gone' }),
        pollEvent({ user: '' }),
        pollEvent({ at: 9, recordedAt: 3 }),
      ],
    });
    const warnings = {
      unknown_options: 1,
      unknown_polls: 1,
      without_user_id: 1,
      after_recording: 1,
      polls_without_question: 1,
    };
    expect((await bench.run(STEPS)).validate).toEqual({
      events: 15,
      votes: 15,
      impressions: 0,
      polls: 1,
      repeated: 2,
      warnings,
    });
    expect(bench.warnings).toEqual([{ step: 'validate', warnings }]);
  });

  it('warns when nothing is new since the last run', async () => {
    const bench = await opened();
    await bench.add({ polls: [POLL], events: [pollEvent()] });
    await bench.run(STEPS, { run: runId('first') });
    await finish(bench, 'first', 'SUCCEEDED', 1);
    const { validate } = await bench.run(STEPS, { run: runId('second') });
    expect(validate).toMatchObject({ warnings: { no_new_events: 1 } });
  });
});
