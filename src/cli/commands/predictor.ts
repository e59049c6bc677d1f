import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { packageRoot } from '../../platform/package-root.js';
import { Shutdown } from '../../platform/shutdown.js';
import { Predictor } from '../../predictor/predictor.js';
import { openParts } from '../wiring/parts.js';

interface PredictorFlags {
  readonly modelDir: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly threads: number;
  readonly extraVersions: number;
}

/** `hunch predictor`: serves the models of a folder until it is told to stop. */
export function predictorCommand(): Command {
  return new Command('predictor')
    .description('Serves the models of a folder over the Open Inference Protocol, and follows the folder.')
    .requiredOption('--model-dir <folder>', 'where the versions are, or one bare model.onnx')
    .requiredOption('--name <name>', 'the model, such as personalisation or popular')
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .option('--port <port>', 'the port to listen on; 0 takes a free one', wholeFrom(0, 65_535), 8080)
    .option('--threads <number>', 'threads for one inference', wholeFrom(1, 256), 1)
    .option('--extra-versions <number>', 'versions kept in memory beside the current', wholeFrom(1, 100), 2)
    .action(servePredictor);
}

async function servePredictor(flags: PredictorFlags): Promise<void> {
  const { log } = openParts({ name: `predictor.${flags.name}` });
  const shutdown = new Shutdown(log);
  shutdown.listen();
  // Started by another process of ours, it ends with it, however that one ends.
  process.once('disconnect', () => void shutdown.run());
  process.channel?.unref();
  const predictor = await Predictor.open({
    ...flags,
    watchMs: 500,
    serverVersion: packageVersion(),
    processMetrics: true,
    log,
  });
  shutdown.add('predictor', () => predictor.close());
  log.info({ url: predictor.url, modelDir: flags.modelDir }, 'listening');
  await Promise.race([predictor.ready, aborted(shutdown.signal)]);
  if (!shutdown.signal.aborted) process.stdout.write(`READY ${predictor.url} ${flags.name}\n`);
  await aborted(shutdown.signal);
  await shutdown.run();
  // Where the signal came while the model was being loaded, there was nothing to stop yet.
  await predictor.close();
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

function wholeFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
