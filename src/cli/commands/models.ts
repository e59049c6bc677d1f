import { Argument, Command, InvalidArgumentError } from 'commander';
import { type ModelVersion, modelVersion } from '../../domain/ids.js';
import { MODEL_FOLDERS, MODEL_NAMES, type ModelName } from '../../domain/model.js';
import type { Registry, RollOut } from '../../registry/registry.js';
import type { RegistryDocument } from '../../registry/registry-document.js';
import { importModel } from '../model-import.js';
import { openParts, type Parts } from '../wiring/parts.js';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** `hunch models`: what versions there are, and which of them serves. */
export function modelsCommand(): Command {
  return new Command('models')
    .description('List versions of models, roll one out, return to the one before, try one on some users.')
    .addCommand(listCommand())
    .addCommand(promoteCommand())
    .addCommand(rollbackCommand())
    .addCommand(canaryCommand())
    .addCommand(importCommand());
}

const listCommand = (): Command =>
  new Command('list')
    .description('Versions of every model, newest first, with their metrics.')
    .option('--json', 'print one JSON document')
    .action(({ json }: { json?: boolean }) =>
      withParts(async (parts) => {
        const registry = await parts.registry();
        const documents = await Promise.all(MODEL_NAMES.map((model) => registry.read(model)));
        if (json === true) say(JSON.stringify({ models: documents }, null, 2));
        else for (const document of documents) say(versionTable(document));
      }),
    );

const promoteCommand = (): Command =>
  new Command('promote')
    .description('Roll a version out and make it the one that all users get.')
    .addArgument(modelArgument())
    .argument('<version>', 'one of those that `hunch models list` shows', modelVersion)
    .action((model: ModelName, version: ModelVersion) =>
      withParts(async (parts) => {
        const registry = await parts.registry();
        await announced(registry, model, await registry.promote(model, version));
      }),
    );

const rollbackCommand = (): Command =>
  new Command('rollback')
    .description('Return to the version that served before.')
    .addArgument(modelArgument())
    .action((model: ModelName) =>
      withParts(async (parts) => {
        const registry = await parts.registry();
        await announced(registry, model, await registry.rollback(model));
      }),
    );

const canaryCommand = (): Command =>
  new Command('canary')
    .description('Give a share of the users another version; the same users each time. 0 ends it.')
    .addArgument(modelArgument())
    .argument('<version>', 'one of those that `hunch models list` shows', modelVersion)
    .argument('<percent>', 'whole percent of the users, 0 to 100', percentArgument)
    .action((model: ModelName, version: ModelVersion, percent: number) =>
      withParts(async (parts) => {
        await (await parts.registry()).setCanary(model, version, percent);
        say(percent === 0 ? `${model}: no canary` : `${model}: ${percent} % of the users get ${version}`);
      }),
    );

const importCommand = (): Command =>
  new Command('import')
    .description(
      'Publish and roll out a model from elsewhere: ONNX files of the documented inputs and outputs.',
    )
    .argument('<files...>', 'one file for popular; two for personalisation: top-k and ranking, in any order')
    .action((files: readonly string[]) =>
      withParts(async (parts) => {
        const registry = await parts.registry();
        const { model, version } = await importModel(files, { registry, clock: parts.clock });
        say(`${model}: published ${version}`);
        await announced(registry, model, await registry.promote(model, version));
        await registry.prune(model);
      }),
    );

async function withParts(work: (parts: Parts) => Promise<void>): Promise<void> {
  const parts = openParts({ name: 'models' });
  try {
    await work(parts);
  } finally {
    await parts.close();
  }
}

async function announced(registry: Registry, model: ModelName, rollOut: RollOut): Promise<void> {
  await registry.announce(model);
  const { version, previousVersion, replicas } = rollOut;
  const where =
    replicas === 0 ? 'no replica is up; they serve it once they start' : `on ${replicas} replica(s)`;
  say(`${model}: ${version} serves (before: ${previousVersion ?? 'none'}), ${where}`);
}

const modelArgument = (): Argument =>
  new Argument('<model>', `the model: ${Object.values(MODEL_FOLDERS).join(' or ')}`).argParser(modelByName);

/** `personalisation` or `PERSONALISATION`. */
function modelByName(text: string): ModelName {
  const found = MODEL_NAMES.find((name) => name === text.toUpperCase());
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`Models are ${Object.values(MODEL_FOLDERS).join(', ')}.`);
}

function percentArgument(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('It wants a whole number from 0 to 100.');
}

function versionTable({ model, versions, canary, history }: RegistryDocument): string {
  if (versions.length === 0) return `${model}: no version yet`;
  const lines = [...versions].reverse().map(({ version, state, trainedAt, metrics }) => {
    const share = canary?.version === version ? ` canary ${canary.percent} %` : '';
    const figures = metrics.map(({ name, value }) => `${name} ${Number(value.toFixed(4))}`).join(', ');
    return `  ${version.padEnd(24)} ${state.padEnd(10)} ${new Date(trainedAt).toISOString()}${share}  ${figures}`;
  });
  const last = history.at(-1);
  const act =
    last === undefined ? '' : ` (last: ${last.act} ${last.version}, ${new Date(last.at).toISOString()})`;
  return [`${model}${act}`, ...lines].join('\n');
}
