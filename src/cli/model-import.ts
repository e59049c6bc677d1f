import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelFile } from '../datasources/model-store/model-store.js';
import { BadInputError } from '../domain/errors.js';
import { type ModelVersion, runId } from '../domain/ids.js';
import { MODEL_NAMES, type ModelName, OIP_MODEL_NAMES, type OipModelName } from '../domain/model.js';
import type { Clock } from '../domain/time.js';
import { MODEL_SIGNATURES } from '../open-inference/model-signature.js';
import { OnnxSession } from '../predictor/onnx-session.js';
import { warmUp } from '../predictor/warm-up.js';
import { MODEL_CARD, modelCard } from '../registry/model-card.js';
import type { Registry } from '../registry/registry.js';
import type { VersionRecord } from '../registry/registry-document.js';
import { checksumsOf, versionName } from '../registry/version-name.js';

export interface ModelImportParts {
  readonly registry: Registry;
  readonly clock: Clock;
}

export interface ImportedModel {
  readonly model: ModelName;
  readonly version: ModelVersion;
}

/** Where a version comes from that no flow of ours has trained. */
const IMPORT_RUN = runId('import');

/**
 * Publishes ONNX files from elsewhere as a version; what each one is shows by its inputs. Rejects with INVALID_MODEL for a file
 * that can not be loaded or answers wrongly, with BAD_USER_INPUT where the files do not make one model.
 */
export async function importModel(
  paths: readonly string[],
  { registry, clock }: ModelImportParts,
): Promise<ImportedModel> {
  const files = await checkedFiles(paths);
  const model = MODEL_NAMES.find((name) => {
    const wanted: readonly string[] = OIP_MODEL_NAMES[name];
    return (
      wanted.every((oip) => files.has(oip as OipModelName)) &&
      [...files.keys()].every((oip) => wanted.includes(oip) || oip.startsWith(`${wanted[0]}-`))
    );
  });
  if (model === undefined) {
    throw new BadInputError(
      `Expected one popular model, or personalisation and personalisation-ranking together, with personalisation-onboarding where there is one; got ${[...files.keys()].join(', ')}.`,
    );
  }
  const modelFiles = [...files].map(
    ([name, sourcePath]): ModelFile => ({ name: `${name}/model.onnx`, sourcePath }),
  );
  const checksums = await checksumsOf(modelFiles);
  const now = clock();
  const record: VersionRecord = {
    version: versionName(now, checksums, IMPORT_RUN),
    state: 'CHALLENGER',
    runId: IMPORT_RUN,
    trainedAt: now,
    dataThrough: null,
    metrics: [],
    parameters: {},
    checksums,
  };
  await withCard(model, record, (card) => registry.publish(model, record, [...modelFiles, card]));
  return { model, version: record.version };
}

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new BadInputError(`There is no file ${path}. Check its name and folder.`);
  if (!found.isFile()) throw new BadInputError(`${path} is not a file; expected an ONNX file.`);
}

/** The files by the name of the model that each one is. */
async function checkedFiles(paths: readonly string[]): Promise<Map<OipModelName, string>> {
  const files = new Map<OipModelName, string>();
  const sessions = new Map<OipModelName, OnnxSession>();
  try {
    for (const path of paths) {
      await checkFile(path);
      const session = await OnnxSession.load(path);
      const name = nameOf(session);
      if (name === null) {
        await session.release();
        const inputs = session.inputs.map((input) => input.name).join(', ');
        throw new BadInputError(`${path} has the inputs ${inputs}, which none of our models has.`);
      }
      await sessions.get(name)?.release();
      sessions.set(name, session);
      files.set(name, path);
    }
    await warmUp(sessions);
    return files;
  } finally {
    for (const session of sessions.values()) await session.release();
  }
}

/**
 * The model whose inputs these are, by its outputs where several have the same; null for none. Other faults are told by
 * `warmUp`.
 */
function nameOf(session: OnnxSession): OipModelName | null {
  const names = new Set(session.inputs.map((input) => input.name));
  const given = new Set(session.outputs.map((output) => output.name));
  const found = Object.entries(MODEL_SIGNATURES).filter(
    ([, { inputs }]) => inputs.length === names.size && inputs.every((input) => names.has(input.name)),
  );
  const whole = found.find(([, { outputs }]) => outputs.every((output) => given.has(output.name)));
  const [name] = whole ?? found[0] ?? [];
  return name === undefined ? null : (name as OipModelName);
}

async function withCard(
  model: ModelName,
  record: VersionRecord,
  work: (card: ModelFile) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hunch-import-'));
  try {
    const sourcePath = join(folder, MODEL_CARD);
    await writeFile(sourcePath, modelCard(model, record));
    await work({ name: MODEL_CARD, sourcePath });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
