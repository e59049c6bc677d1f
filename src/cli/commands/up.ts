import { Command } from 'commander';
import { HunchError } from '../../domain/errors.js';
import { Shutdown } from '../../platform/shutdown.js';
import { startApiService } from '../wiring/api-service.js';
import { trainWhereMissing } from '../wiring/first-training.js';
import { announcePredictors, withdrawPredictors } from '../wiring/local-predictors.js';
import { parseLocation } from '../wiring/locations.js';
import { stopWithNpm } from '../wiring/npm-parent.js';
import { openParts, type Parts } from '../wiring/parts.js';
import { PredictorProcesses } from '../wiring/predictor-processes.js';
import { addSamplesWhereEmpty } from '../wiring/sample-data.js';

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
  // What a killed `up` announced is not true any more, even where its process id lives again.
  withdrawPredictors(config.DATA_DIR);
  if (config.PERSONALISATION_URL !== undefined && config.POPULAR_URL !== undefined) return;
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
  const features = await parts.features();
  const known = await features.get(await features.sample(100));
  // One with a history worth looking at.
  const user = known.reduce(
    (best, next) => ((next?.voted.length ?? 0) > (best?.voted.length ?? 0) ? next : best),
    null,
  )?.userId;
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
      stopWithNpm(shutdown.signal);
      shutdown.add('stores', () => parts.close());
      await shutdown.start([
        async () => shutdown.add('lease', await takeDataDir(parts)),
        () => addSamplesWhereEmpty(parts, say),
        () => trainWhereMissing(parts, { say, signal: shutdown.signal }),
        () => startPredictors(parts, shutdown),
        async () => {
          const { url } = await startApiService(parts, shutdown);
          if (schedule) await startSchedule(parts, shutdown);
          await tellWhereToLook(parts, url);
        },
      ]);
    });
}
