import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createHunchClient, type HunchClient } from '../../src/client/index.js';
import { DuckDbWarehouse } from '../../src/datasources/warehouse/duckdb-warehouse.js';
import { runId } from '../../src/domain/ids.js';
import { SAMPLE_USER } from '../../src/samples/make-samples.js';
import { eventually } from '../support/eventually.js';
import { type ChildProcess, childProcesses } from '../support/processes.js';
import { tempFolders } from '../support/temp-folder.js';

/** Machines under test are slow and shared: an answer may take as long as it needs, timings are the benchmarks' business. */
const PATIENT = { REQUEST_BUDGET_MS: '5000', INFERENCE_BUDGET_MS: '4000' };
const READY = /^READY (\S+)/m;
const START_DEADLINE_MS = 120_000;

const folders = tempFolders();
const processes = childProcesses();

let dataDir: string;
let up: ChildProcess;
let url: string;
let hunch: HunchClient;

const environment = (changes: Readonly<Record<string, string>> = {}) => ({
  DATA_DIR: dataDir,
  PORT: '0',
  ...PATIENT,
  ...changes,
});

async function start(parameters: readonly string[]): Promise<{ process: ChildProcess; url: string }> {
  const process = processes.hunch(parameters, { env: environment() });
  const [, address = ''] = await process.waitFor(READY, START_DEADLINE_MS);
  return { process, url: address };
}

const newId = (() => {
  let ids = 0;
  return (kind: string) => `${kind}-${++ids}`;
})();

beforeAll(async () => {
  dataDir = await folders.make();
  ({ process: up, url } = await start(['up', '--no-schedule']));
  hunch = createHunchClient(url, { webSocketImpl: WebSocket });
}, START_DEADLINE_MS);

describe('a first start', () => {
  it('gives a user of the sample ten personal polls with version and reasons', async () => {
    const { recommendations } = await hunch.Recommendations({ userId: SAMPLE_USER });
    expect(recommendations.edges).toHaveLength(10);
    expect(recommendations).toMatchObject({ source: 'PERSONALISED', fallbackReason: null });
    expect(recommendations.model?.version).toMatch(/^\d{8}T\d{6}Z-/);
    for (const { reason } of recommendations.edges) expect(reason.text).not.toBe('');
    expect(recommendations.edges.some(({ reason }) => reason.kind === 'BECAUSE_YOU_VOTED')).toBe(true);
  });

  it('gives an unknown user popular polls, and says why', async () => {
    const { recommendations } = await hunch.Recommendations({ userId: newId('stranger') });
    expect(recommendations).toMatchObject({ source: 'POPULAR', fallbackReason: 'NO_FEATURES' });
    expect(recommendations.edges).toHaveLength(10);
  });

  it('refuses a second `up` on the same folder, naming who holds it', async () => {
    const second = processes.hunch(['up'], { env: environment() });
    const { code } = await second.exited;
    expect(code).toBe(1);
    expect(second.stderr).toMatch(/CONFLICT.*up@/s);
  });
});

describe('a vote', () => {
  it('makes a user personal from the first one on, and changes the very next answer', async () => {
    const userId = newId('newcomer');
    const { recommendations: before } = await hunch.Recommendations({ userId });
    const [first] = before.edges;
    const pollId = first?.node.id ?? '';
    const optionId = first?.node.options[0]?.id ?? '';
    const { recordVotes } = await hunch.RecordVotes({
      votes: [{ userId, pollId, optionId, eventId: newId('e') }],
    });
    expect(recordVotes).toMatchObject({ accepted: 1, duplicates: 0, rejected: [] });
    const { recommendations: after } = await hunch.Recommendations({ userId });
    expect(after.source).toBe('PERSONALISED');
    expect(after.edges.map(({ node }) => node.id)).not.toContain(pollId);
    expect(after.edges.map(({ node }) => node.id)).not.toEqual(before.edges.map(({ node }) => node.id));
  });

  it('that is retracted is as if never given; a dismissed poll never comes back', async () => {
    const userId = newId('undecided');
    const { recommendations } = await hunch.Recommendations({ userId });
    const [voted, dismissed] = recommendations.edges.map(({ node }) => node);
    const vote = { userId, pollId: voted?.id ?? '', optionId: voted?.options[0]?.id ?? '' };
    await hunch.RecordVotes({ votes: [vote] });
    await hunch.RecordInteractions({
      interactions: [
        { userId, pollId: vote.pollId, kind: 'RETRACT_VOTE' },
        { userId, pollId: dismissed?.id ?? '', kind: 'DISMISS' },
      ],
    });
    const { recommendations: after } = await hunch.Recommendations({ userId, first: 100 });
    const shown = after.edges.map(({ node }) => node.id);
    expect(shown).not.toContain(dismissed?.id);
    expect(shown).toContain(vote.pollId);
    expect(after.source).toBe('POPULAR');
  });
});

describe('the catalogue', () => {
  it('shows a new poll and hides one on every instance within 5 seconds', async () => {
    const second = await start(['serve']);
    const other = createHunchClient(second.url);
    const id = newId('poll-about-ferries');
    const poll = {
      id,
      question: 'Should the evening ferry run every day?',
      options: ['agree', 'disagree', 'pass'].map((option) => ({ id: option, label: option })),
      topics: ['ferries'],
      language: 'en',
      createdAt: new Date().toISOString(),
    };
    const within5s = { deadlineMs: 5_000 };
    expect((await hunch.UpsertPolls({ polls: [poll] })).upsertPolls.accepted).toBe(1);
    await eventually(async () => {
      const { popularPolls } = await other.PopularPolls({ first: 1, order: 'NEWEST' });
      expect(popularPolls.edges[0]?.node.id).toBe(id);
      const { searchPolls } = await other.SearchPolls({ query: 'evening ferry' });
      expect(searchPolls.edges[0]?.node.id).toBe(id);
      const { recommendations } = await other.Recommendations({
        userId: SAMPLE_USER,
        filter: { topics: ['ferries'] },
      });
      expect(recommendations.edges.map(({ node }) => node.id)).toEqual([id]);
      return true;
    }, within5s);
    await hunch.SetPollStatus({ pollId: id, status: 'HIDDEN' });
    await eventually(async () => {
      const { searchPolls } = await other.SearchPolls({ query: 'evening ferry' });
      expect(searchPolls.edges.map(({ node }) => node.id)).not.toContain(id);
      const { popularPolls } = await other.PopularPolls({ first: 1, order: 'NEWEST' });
      expect(popularPolls.edges[0]?.node.id).not.toBe(id);
      return true;
    }, within5s);
    await second.process.stop();
  });
});

describe('a refreshed model', () => {
  it('is told to subscribers of a running API, without a restart', async () => {
    const refreshes = hunch.modelRefreshed(['POPULAR'])[Symbol.asyncIterator]();
    const { value: present } = await refreshes.next();
    expect(present).toMatchObject({ name: 'POPULAR', replayed: true });
    await processes.hunch(['flow', 'run', 'popular'], { env: environment() }).succeed();
    const { value: fresh } = await refreshes.next();
    expect(fresh).toMatchObject({ name: 'POPULAR', replayed: false, previousVersion: present?.version });
    const { popularPolls } = await hunch.PopularPolls({ first: 1 });
    expect(popularPolls.edges).toHaveLength(1);
    const { models } = await hunch.Models();
    expect(models.find((model) => model.name === 'POPULAR')).toMatchObject({
      state: 'READY',
      version: fresh?.version,
    });
    await refreshes.return?.();
  }, 60_000);
});

describe('a predictor killed while requests run', () => {
  it('costs no answer: polls near to the votes with the reason, and personal ones again by themselves', async () => {
    const announced: unknown = JSON.parse(await readFile(join(dataDir, 'run', 'predictors.json'), 'utf8'));
    expect(announced).toMatchObject({ replicas: { PERSONALISATION: [{ pid: expect.any(Number) }] } });
    const { pid } = (announced as { replicas: { PERSONALISATION: [{ pid: number }] } }).replicas
      .PERSONALISATION[0];
    const sources = new Map<string, number>();
    let running = true;
    const load = (async () => {
      while (running) {
        const { recommendations } = await hunch.Recommendations({ userId: SAMPLE_USER });
        expect(recommendations.edges).toHaveLength(10);
        const key = `${recommendations.source} ${recommendations.fallbackReason ?? ''}`.trim();
        sources.set(key, (sources.get(key) ?? 0) + 1);
      }
    })();
    await eventually(() => sources.has('PERSONALISED'));
    process.kill(pid, 'SIGKILL');
    await eventually(() =>
      [...sources.keys()].some((key) => key.startsWith('FALLBACK PERSONALISATION_UNAVAILABLE')),
    );
    const before = sources.get('PERSONALISED') ?? 0;
    await eventually(() => (sources.get('PERSONALISED') ?? 0) > before, { deadlineMs: 30_000 });
    running = false;
    await load;
  }, 60_000);
});

describe('an API killed right after `accepted`', () => {
  it('has the vote in the features after the next start, and in the warehouse once', async () => {
    const api = await start(['serve']);
    const client = createHunchClient(api.url);
    const userId = newId('survivor');
    const eventId = newId('survivor-vote');
    const { recommendations } = await client.Recommendations({ userId });
    const node = recommendations.edges[0]?.node;
    const vote = { userId, eventId, pollId: node?.id ?? '', optionId: node?.options[0]?.id ?? '' };
    await client.RecordVotes({ votes: [vote] });
    api.process.signal('SIGKILL');
    await api.process.exited;
    const again = await start(['serve']);
    const restarted = createHunchClient(again.url);
    expect((await restarted.RecordVotes({ votes: [vote] })).recordVotes).toMatchObject({
      accepted: 0,
      duplicates: 1,
    });
    expect((await restarted.UserFeatures({ userId })).userFeatures?.votes).toBe(1);
    await again.process.stop();
    await eventually(
      async () => {
        const doctor = processes.hunch(['doctor', '--json'], { env: environment() });
        return (await doctor.succeed()).includes('0 records wait');
      },
      { deadlineMs: 30_000, everyMs: 500 },
    );
    await processes.hunch(['flow', 'run', 'personalise'], { env: environment() }).succeed();
    // Tables of a run that has succeeded are gone; steps one by one leave theirs.
    const run = runId('after-the-kill');
    for (const step of ['extract', 'clean']) {
      await processes.hunch(['step', 'personalise', step, '--run-id', run], { env: environment() }).succeed();
    }
    const warehouse = await DuckDbWarehouse.open({
      folder: join(dataDir, 'warehouse'),
      runsFolder: join(dataDir, 'runs'),
      clock: Date.now,
    });
    const session = await warehouse.session({
      snapshot: await warehouse.snapshot(),
      flow: 'personalise',
      run,
    });
    const votes = await session.all('SELECT poll_id FROM clean_votes WHERE user_id = @user', {
      user: userId,
    });
    expect(votes).toEqual([{ poll_id: vote.pollId }]);
    await session.close();
    await warehouse.close();
    expect((await hunch.UserFeatures({ userId })).userFeatures?.votes).toBe(1);
  }, 120_000);
});

describe('the end', () => {
  it('comes cleanly on SIGTERM, and the second start finds data and models there', async () => {
    const { code } = await up.stop();
    expect(code).toBe(0);
    const second = await start(['up', '--no-schedule']);
    expect(second.process.stdout).not.toMatch(/Training|sample data/);
    const { recommendations } = await createHunchClient(second.url).Recommendations({ userId: SAMPLE_USER });
    expect(recommendations.source).toBe('PERSONALISED');
    expect((await second.process.stop()).code).toBe(0);
  }, 60_000);
});
