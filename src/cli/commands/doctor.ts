import { Command } from 'commander';
import { HunchError } from '../../domain/errors.js';
import { MODEL_NAMES } from '../../domain/model.js';
import { openParts, type Parts } from '../wiring/parts.js';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

async function check(name: string, ask: () => Promise<string>): Promise<Check> {
  const started = performance.now();
  try {
    const detail = await ask();
    return { name, ok: true, detail: `${detail} (${(performance.now() - started).toFixed(0)} ms)` };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function models(parts: Parts): Promise<Check[]> {
  return Promise.all(
    MODEL_NAMES.map((model) =>
      check(`model ${model}`, async () => {
        const client = await parts.models();
        const registry = await parts.registry();
        const { champion } = await registry.read(model);
        const replicas = await client.checkReplicas(model);
        const away = replicas.filter((replica) => !replica.ready).map((replica) => replica.url);
        if (away.length > 0) throw new HunchError('UNAVAILABLE', `not ready: ${away.join(', ')}`);
        const served = replicas.length === 0 ? 'no predictor runs' : `${replicas.length} predictor(s) ready`;
        return `${champion === null ? 'no version yet' : `version ${champion}`}, ${served}`;
      }),
    ),
  );
}

async function checks(parts: Parts): Promise<Check[]> {
  const { config } = parts;
  return [
    await check('configuration', () => Promise.resolve(`DATA_DIR ${config.DATA_DIR}`)),
    await check('warehouse', async () => {
      const warehouse = await parts.warehouse();
      await warehouse.ping();
      const { rows } = await warehouse.snapshot();
      return `${config.WAREHOUSE_URL}: ${rows.events} events, ${rows.polls} polls`;
    }),
    await check('features', async () => {
      await (await parts.features()).ping();
      return config.FEATURES_URL;
    }),
    await check('catalogue', async () => {
      await (await parts.catalogue()).ping();
      return config.FEATURES_URL;
    }),
    await check('outbox', async () => `${await (await parts.outbox()).size()} records wait`),
    ...(await models(parts)),
  ];
}

/** `hunch doctor`: looks at the configuration and at every service and store it names. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check the configuration and every store and service it names.')
    .option('--json', 'print one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const parts = openParts();
      try {
        const results = await checks(parts);
        const lines = results.map(
          ({ name, ok, detail }) => `${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(22)} ${detail}`,
        );
        process.stdout.write(
          json ? `${JSON.stringify({ checks: results }, null, 2)}\n` : `${lines.join('\n')}\n`,
        );
        if (results.some((result) => !result.ok)) process.exitCode = 1;
      } finally {
        await parts.close();
      }
    });
}
