import { Command } from 'commander';
import { HunchError } from '../../domain/errors.js';
import { Shutdown } from '../../platform/shutdown.js';
import { startApiService } from '../wiring/api-service.js';
import { trainWhereMissing } from '../wiring/first-training.js';
import { announcePredictors, withdrawPredictors } from '../wiring/local-predictors.js';
import { parseLocation } from '../wiring/locations.js';
import { openParts, type Parts, replicasOf } from '../wiring/parts.js';
import { PredictorProcesses } from '../wiring/predictor-processes.js';
import { addSamplesWhereEmpty } from '../wiring/sample-data.js';
import { warmUp } from '../wiring/warm-up.js';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function takeDataDir(parts: Parts): Promise<() => Promise<void>> {
  const outcome = await (await parts.leases()).acquire('up');
  if (outcome.status === 'HELD') {
    throw new HunchError(
      'CONFLICT',
      `Another \`hunch up\` (${outcome.holder.owner}) uses ${parts.config.DATA_DIR}; stop it, or set DATA_DIR to another folder`,
    );
  }
  return () => outcome.lease.release();
}

async function startPredictors(parts: Parts, shutdown: Shutdown): Promise<void> {
  const { config, log } = parts;
  if (replicasOf(config, 'PERSONALISATION').length > 0 && replicasOf(config, 'POPULAR').length > 0) return;
  const modelFolder = parseLocation('MODEL_STORE_URL', config.MODEL_STORE_URL, ['file']).rest;
  const predictors = new PredictorProcesses({
    modelFolder,
    log,
    onChange: (replicas) => announcePredictors(config.DATA_DIR, replicas),
  });
  shutdown.add('predictors', async () => {
    withdrawPredictors(config.DATA_DIR);
    await predictors.stop();
  });
  await predictors.start();
}

async function startSchedule(parts: Parts, shutdown: Shutdown): Promise<void> {
  const { startScheduler } = await import('../wiring/scheduler.js');
  const scheduler = await startScheduler(parts);
  shutdown.add('scheduler', () => scheduler.stop());
}

/** What a person sees once all runs. */
async function tellWhereToLook(parts: Parts, url: string): Promise<void> {
  const [user] = await (await parts.features()).sample(1);
  say('');
  say(`  Start page    ${url}/${user === undefined ? '' : `?user=${encodeURIComponent(user)}`}`);
  say(`  Playground    ${url}/graphql`);
  say(`  Metrics       ${url}/metrics`);
  say('');
  say(`READY ${url}/graphql`);
}

/** `hunch up`: everything on one machine. */
export function upCommand(): Command {
  return new Command('up')
    .description(
      'Run everything on this machine: sample data where there is none, training, predictors, scheduler, API.',
    )
    .option('--no-schedule', 'do not run the flows by themselves')
    .action(async ({ schedule }: { schedule: boolean }) => {
      const parts = openParts({ name: 'up', quiet: true });
      const shutdown = new Shutdown(parts.log);
      shutdown.listen();
      shutdown.add('stores', () => parts.close());
      try {
        shutdown.add('lease', await takeDataDir(parts));
        await addSamplesWhereEmpty(parts, say);
        await trainWhereMissing(parts, { say, signal: shutdown.signal });
        await startPredictors(parts, shutdown);
        const api = await startApiService(parts);
        shutdown.add('api', () => api.close());
        if (schedule) await startSchedule(parts, shutdown);
        await warmUp(api.lists, await parts.features());
        await tellWhereToLook(parts, api.url);
      } catch (error) {
        await shutdown.run();
        throw error;
      }
    });
}
