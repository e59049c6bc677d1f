import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ModelFile } from '../../src/datasources/model-store/model-store.js';
import { HunchError } from '../../src/domain/errors.js';
import { MODEL_CARD, modelCard } from '../../src/registry/model-card.js';
import { Registry } from '../../src/registry/registry.js';
import { type VersionRecord, versionRecord } from '../../src/registry/registry-document.js';
import { checksumsOf, versionName } from '../../src/registry/version-name.js';
import { MODEL_OF_FLOW, type StepContext, type StepDependencies, type StepFunction } from '../flows/flow.js';
import { gateEvidence } from './gate.js';

const STAGED = 'model/';
const RECORD = 'model/version.json';

const gateResult = z.object({ verdict: z.enum(['PASS', 'REJECT']), reason: z.string() });
const trainingResult = z.object({
  files: z.array(z.string()).min(1),
  parameters: z.record(z.string(), z.unknown()).default({}),
  dataThrough: z.number().nullable(),
});

/** The step that makes the model's files, by flow. */
const TRAINING_STEP = { personalise: 'train', popular: 'score' } as const;

/** Puts the model that passed the gate into the model store and the registry, as a version of its own. */
export const publishStep: StepFunction = async (context, dependencies) => {
  const gate = gateResult.parse(await context.result('gate'));
  if (gate.verdict === 'REJECT') return { skipped: gate.reason };
  const training = trainingResult.parse(await context.result(TRAINING_STEP[context.flow]));
  const files = await trainedFiles(context, dependencies, training.files);
  const record = await recordOf(context, dependencies, { training, files });
  const card = await cardFile(context, dependencies, record);
  const registry = new Registry(dependencies);
  await registry.publish(MODEL_OF_FLOW[context.flow], record, [...files, card]);
  context.log.info({ step: 'publish', version: record.version }, 'published');
  return { version: record.version };
};

/** The files that training has staged, under the names that they have in a version. */
async function trainedFiles(
  { flow, runId }: StepContext,
  { runs }: StepDependencies,
  names: readonly string[],
): Promise<ModelFile[]> {
  return Promise.all(
    names.map(async (name) => {
      if (!name.startsWith(STAGED)) {
        throw new HunchError('INVALID_MODEL', `Training stages files below ${STAGED}; got "${name}".`);
      }
      return { name: name.slice(STAGED.length), sourcePath: await runs.fetchFile(flow, runId, name) };
    }),
  );
}

interface Trained {
  readonly training: z.infer<typeof trainingResult>;
  readonly files: readonly ModelFile[];
}

/** What is known of the version, decided once in a run: a second try publishes under the same name. */
async function recordOf(
  context: StepContext,
  { runs, clock }: StepDependencies,
  { training, files }: Trained,
): Promise<VersionRecord> {
  const { flow, runId } = context;
  const earlier = await runs.readDocument(flow, runId, RECORD);
  if (earlier !== null) return versionRecord.parse(earlier);
  const { challenger } = gateEvidence.parse(await context.result('evaluate'));
  const { snapshot } = z.object({ snapshot: z.string() }).parse(await context.result('extract'));
  const now = clock();
  const checksums = await checksumsOf(files);
  const record: VersionRecord = {
    version: versionName(now, checksums, runId),
    state: 'CHALLENGER',
    runId,
    trainedAt: now,
    dataThrough: training.dataThrough,
    metrics: Object.entries(challenger).flatMap(([name, value]) => (value === null ? [] : [{ name, value }])),
    parameters: { ...plain(training.parameters), snapshot },
    checksums,
  };
  await runs.writeDocument(flow, runId, RECORD, record);
  return record;
}

/** The record as a file of the version. */
async function cardFile(
  { flow, runId }: StepContext,
  { runs }: StepDependencies,
  record: VersionRecord,
): Promise<ModelFile> {
  const name = STAGED + MODEL_CARD;
  const staged = await runs.stageFile(flow, runId, name);
  await writeFile(staged, modelCard(MODEL_OF_FLOW[flow], record));
  await runs.commitFile(flow, runId, name, staged);
  return { name: MODEL_CARD, sourcePath: await runs.fetchFile(flow, runId, name) };
}

const plain = (parameters: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? value
        : JSON.stringify(value),
    ]),
  );
