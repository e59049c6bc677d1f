import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileModelStore } from '../../src/datasources/model-store/file-model-store.js';
import { FileRunStore } from '../../src/datasources/runs/file-run-store.js';
import { DuckDbWarehouse } from '../../src/datasources/warehouse/duckdb-warehouse.js';
import { modelVersion, optionId, pollId, runId } from '../../src/domain/ids.js';
import { DEFAULT_POLARITY } from '../../src/domain/polarity.js';
import type { Poll } from '../../src/domain/poll.js';
import { HOUR } from '../../src/domain/time.js';
import { heldBackShare, isHeldBack } from '../../src/models/evaluation/held-back.js';
import { listedPolls } from '../../src/models/evaluation/listed-polls.js';
import { stableShare } from '../../src/models/votes/stable-hash.js';
import { OnnxSession } from '../../src/predictor/onnx-session.js';
import { pollEvent } from '../../tests/support/poll-events.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { unusedPort } from '../../tests/support/unused-port.js';
import type { FlowName, StepContext, StepDependencies, StepFunction, StepResult } from '../flows/flow.js';
import { MODEL_OF_FLOW } from '../flows/flow.js';
import { cleanStep } from './clean.js';
import { evaluateStep } from './evaluate.js';
import { extractStep } from './extract.js';
import { gateEvidence } from './gate.js';
import { PERSONALISATION_FILES, POPULAR_FILE, POPULAR_GATE_FILE } from './model-files.js';
import { scoreStep } from './score.js';
import { trainStep } from './train.js';

const folders = tempFolders();
const closing: DuckDbWarehouse[] = [];
afterAll(() => Promise.all(closing.map((warehouse) => warehouse.close())));

const USERS = 600;
const POLLS = 16;
const NOW = Date.UTC(2026, 0, 20);
const RUN = runId('run-1');

const poll = (place: number): Poll => ({
  id: pollId(`p${place}`),
  question: `Question ${place}?`,
  options: ['agree', 'disagree', 'pass'].map((id) => ({ id: optionId(id), label: id })),
  topics: [place < POLLS / 2 ? 'north' : 'south'],
  language: 'en',
  authorId: null,
  createdAt: NOW - 1_000 * HOUR,
  closesAt: null,
  status: place === POLLS - 1 ? 'REMOVED' : 'OPEN',
});

/** Two camps with opposite tastes; the later polls are newer news, voted on by fewer. */
const events = Array.from({ length: USERS }, (_, user) =>
  Array.from({ length: POLLS }, (__, place) => {
    const likes = (user + place) % 2 === 0;
    const draw = stableShare('draw', `${user} ${place}`);
    const option = draw < 0.1 ? 'pass' : likes ? 'agree' : 'disagree';
    const at = NOW - Math.floor(stableShare('time', `${user} ${place}`) * 400) * HOUR;
    return draw > 0.9 - 0.02 * place ? [] : [pollEvent({ user: `u${user}`, poll: `p${place}`, option, at })];
  }).flat(),
).flat();

/** A warehouse with the votes, and the steps of one run over it. */
async function setting(flow: FlowName) {
  const folder = await folders.make();
  const warehouse = await DuckDbWarehouse.open({
    folder: join(folder, 'warehouse'),
    runsFolder: join(folder, 'runs'),
    clock: () => NOW,
  });
  closing.push(warehouse);
  await warehouse.append({
    events,
    polls: Array.from({ length: POLLS }, (_, place) => ({ poll: poll(place), recordedAt: NOW })),
  });
  const runs = await FileRunStore.open({ folder: join(folder, 'runs') });
  const modelStore = await FileModelStore.open({ folder: join(folder, 'models') });
  const dependencies: StepDependencies = {
    warehouse,
    runs,
    modelStore,
    openModel: (path) => OnnxSession.load(path),
    polarity: DEFAULT_POLARITY,
    features: unusedPort('features'),
    catalogue: unusedPort('catalogue'),
    neighbours: unusedPort('neighbours'),
    models: unusedPort('models'),
    keepVersions: 2,
    clock: () => NOW,
  };
  const warnings: string[] = [];
  const results = new Map<string, StepResult>();
  const context: StepContext = {
    flow,
    runId: RUN,
    result: async (step) => {
      const result = results.get(step);
      if (result === undefined) throw new Error(`${step} has not run`);
      return result;
    },
    threads: 1,
    memoryMb: 512,
    signal: new AbortController().signal,
    log: { info() {}, warn: (_, message) => warnings.push(message), error() {} },
    progress() {},
    processed() {},
  };
  const run = async (name: string, step: StepFunction): Promise<StepResult> => {
    // As through the run store: what is no JSON does not get further.
    const result = JSON.parse(JSON.stringify(await step(context, dependencies))) as StepResult;
    results.set(name, result);
    return result;
  };
  /** Makes the staged files the champion. */
  const promote = async (version: string, staged: readonly string[]): Promise<void> => {
    const model = MODEL_OF_FLOW[flow];
    const files = await Promise.all(
      staged.map(async (name) => ({
        name: name.replace('model/', ''),
        sourcePath: await runs.fetchFile(flow, RUN, name),
      })),
    );
    await modelStore.putVersion(model, modelVersion(version), files);
    await modelStore.setCurrent(model, modelVersion(version));
  };
  /** Puts other bytes in the place of a staged file. */
  const overwrite = async (name: string, content: string): Promise<void> => {
    const staged = await runs.stageFile(flow, RUN, name);
    await writeFile(staged, content);
    await runs.commitFile(flow, RUN, name, staged);
  };
  await run('extract', extractStep);
  await run('clean', cleanStep);
  return { folder, runs, modelStore, run, promote, overwrite, warnings };
}

describe('train and evaluate', () => {
  it('learns from all users but those held back, and leaves removed polls out', async () => {
    const { runs, run } = await setting('personalise');
    const result = await run('train', trainStep);
    const share = heldBackShare(USERS);
    const held = Array.from({ length: USERS }, (_, user) => `u${user}`).filter((user) =>
      isHeldBack(user, share),
    );
    expect(held.length).toBeGreaterThan(15);
    expect(result).toMatchObject({
      files: Object.values(PERSONALISATION_FILES),
      dataThrough: NOW,
      heldBackShare: share,
      size: { polls: POLLS - 1, users: USERS - held.length },
    });
    const session = await OnnxSession.load(
      await runs.fetchFile('personalise', RUN, PERSONALISATION_FILES.topPolls),
    );
    const polls = await listedPolls(session, 'history');
    await session.release();
    expect(polls.size).toBe(POLLS - 1);
    expect(polls.has(`p${POLLS - 1}`)).toBe(false);
  });

  it('leaves the same bytes when it is run again', async () => {
    const { runs, run } = await setting('personalise');
    const bytes = async (): Promise<Buffer[]> => {
      await run('train', trainStep);
      return Promise.all(
        Object.values(PERSONALISATION_FILES).map(async (name) =>
          readFile(await runs.fetchFile('personalise', RUN, name)),
        ),
      );
    };
    const [first, second] = [await bytes(), await bytes()];
    first.forEach((content, file) => {
      expect(content.equals(second[file] as Buffer)).toBe(true);
    });
  });

  it('measures on held-back users what the gate wants to know, against an equal champion too', async () => {
    const { run, promote } = await setting('personalise');
    await run('train', trainStep);
    const first = gateEvidence.parse(await run('evaluate', evaluateStep));
    expect(first).toMatchObject({
      champion: null,
      championVersion: null,
      polls: POLLS - 1,
      comparisons: {},
    });
    expect(first.users).toBeGreaterThan(10);
    expect(first.challenger.exposedAuc).toBeGreaterThan(0.95);
    for (const name of ['answeredAuc', 'recall20', 'ndcg20', 'novelty20', 'answeredAucError']) {
      expect(first.challenger[name], name).toBeGreaterThan(0);
    }
    // Fifteen polls fit into twenty places.
    expect(first.challenger.coverage20).toBe(1);
    for (const name of ['likingCalibrationError', 'answerCalibrationError']) {
      expect(first.challenger[name], name).toBeLessThan(0.3);
    }

    await promote('v1', Object.values(PERSONALISATION_FILES));
    const second = gateEvidence.parse(await run('evaluate', evaluateStep));
    expect(second.championVersion).toBe('v1');
    expect(second.champion).toEqual(second.challenger);
    expect(Object.keys(second.comparisons)).toEqual(['exposedAuc', 'answeredAuc']);
    expect(second.comparisons.exposedAuc).toMatchObject({ difference: 0, standardError: 0 });
  });

  it('finds a broken challenger as a result, and takes a broken champion for none', async () => {
    const { run, promote, overwrite } = await setting('personalise');
    await run('train', trainStep);
    await overwrite(PERSONALISATION_FILES.ranking, 'no model');
    await promote('v1', Object.values(PERSONALISATION_FILES));
    const broken = gateEvidence.parse(await run('evaluate', evaluateStep));
    expect(broken.challenger).toEqual({ exposedAuc: null });
    expect(broken.champion).toBeNull();

    await run('train', trainStep);
    const sound = gateEvidence.parse(await run('evaluate', evaluateStep));
    expect(sound).toMatchObject({ champion: null, championVersion: null });
    expect(sound.challenger.exposedAuc).toBeGreaterThan(0.95);
  });

  it('takes a champion whose folder is gone for none, and warns', async () => {
    const { run, promote, modelStore, warnings } = await setting('personalise');
    await run('train', trainStep);
    await promote('v1', Object.values(PERSONALISATION_FILES));
    await modelStore.removeVersion('PERSONALISATION', modelVersion('v1'));
    const evidence = gateEvidence.parse(await run('evaluate', evaluateStep));
    expect(evidence).toMatchObject({ champion: null, championVersion: null, comparisons: {} });
    expect(warnings).toEqual([expect.stringContaining('v1')]);
  });
});

describe('score and evaluate', () => {
  it('scores every poll that is not removed, and measures the list on the newest votes', async () => {
    const { runs, run, promote } = await setting('popular');
    expect(await run('score', scoreStep)).toMatchObject({
      files: [POPULAR_FILE, POPULAR_GATE_FILE],
      dataThrough: NOW,
      size: { polls: POLLS - 1 },
    });
    const session = await OnnxSession.load(await runs.fetchFile('popular', RUN, POPULAR_FILE));
    const polls = await listedPolls(session, 'segment');
    await session.release();
    expect(polls.size).toBe(POLLS - 1);
    expect(polls.get('p0')).toBeGreaterThan(polls.get(`p${POLLS - 2}`) as number);

    await promote('v1', [POPULAR_FILE, POPULAR_GATE_FILE]);
    const evidence = gateEvidence.parse(await run('evaluate', evaluateStep));
    // Fifteen polls fit into twenty places: every newest vote on a poll that is left is found.
    expect(evidence.challenger.hitRate20).toBeGreaterThan(0.9);
    expect(evidence.challenger.exposedAuc).toEqual(expect.any(Number));
    expect(evidence).toMatchObject({
      championVersion: 'v1',
      polls: POLLS - 1,
      comparisons: { hitRate20: { difference: 0 } },
    });
  });

  it('judges by a copy that has not counted the votes it is judged on', async () => {
    const { runs, run, promote } = await setting('popular');
    await run('score', scoreStep);
    const scoresOf = async (name: string): Promise<ReadonlyMap<string, number>> => {
      const session = await OnnxSession.load(await runs.fetchFile('popular', RUN, name));
      return listedPolls(session, 'segment').finally(() => session.release());
    };
    const [served, gate] = [await scoresOf(POPULAR_FILE), await scoresOf(POPULAR_GATE_FILE)];
    expect([...gate.keys()].sort()).toEqual([...served.keys()].sort());
    // Of every twenty voters about one is held back.
    for (const [poll, score] of served) {
      expect(gate.get(poll), poll).toBeLessThan(score);
      expect(gate.get(poll), poll).toBeGreaterThan(0.8 * score);
    }

    // A champion from elsewhere has one file only.
    await promote('v1', [POPULAR_FILE]);
    const evidence = gateEvidence.parse(await run('evaluate', evaluateStep));
    expect(evidence).toMatchObject({ championVersion: 'v1', comparisons: { hitRate20: { difference: 0 } } });
  });
});
