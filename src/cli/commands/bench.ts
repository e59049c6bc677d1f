import { Command, InvalidArgumentError } from 'commander';
import type { BenchmarkResult } from '../../../bench/benchmark.js';
import { BENCHMARK_NAMES, BENCHMARKS, runBenchmarks } from '../../../bench/runner.js';
import { inheritedEnvironment } from '../wiring/inherited-environment.js';
import { openParts } from '../wiring/parts.js';

/** Exit code of a program that was stopped by Ctrl-C. */
const STOPPED = 130;

function benchmarkName(name: string): string {
  if (BENCHMARK_NAMES.includes(name)) return name;
  throw new InvalidArgumentError(
    `There is no benchmark of that name. There are: ${BENCHMARK_NAMES.join(', ')}.`,
  );
}

const line = ({ name, unit, ours, yardstick, ratio, spread, addedMs }: BenchmarkResult): string => {
  const added = addedMs === undefined ? '' : `, ${addedMs} ms added`;
  return `${name.padEnd(26)} ${ours} ${unit}, ${yardstick.name} ${yardstick.value} ${unit}: ratio ${ratio}${added} (spread ${spread})`;
};

/** `hunch bench`: this service beside its yardsticks, in processes of their own. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('Measure this service beside its yardsticks on this machine.')
    .argument('[name]', 'a benchmark or one of its results; all of them where absent', benchmarkName)
    .option('--quick', 'fewer and shorter rounds')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `\n${BENCHMARKS.map(({ name, description, results }) => `${name} (${results.join(', ')}): ${description}`).join('\n')}`,
    )
    .action((name: string | undefined, options: BenchOptions) => bench(name ?? null, options));
}

interface BenchOptions {
  readonly quick?: boolean;
  readonly json?: boolean;
}

async function bench(name: string | null, { quick = false, json = false }: BenchOptions): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const progress = (text: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
  };
  try {
    const environment = inheritedEnvironment();
    const { features } = openParts({ name: 'bench', quiet: true }).config;
    const report = await runBenchmarks(name, {
      quick,
      environment,
      elasticsearch: features.backend === 'elasticsearch' ? features : null,
      signal: controller.signal,
      progress,
    });
    const text = json ? JSON.stringify(report, null, 2) : report.results.map(line).join('\n');
    process.stdout.write(`${text}\n`);
  } catch (error) {
    // What was under way ends with an error of its own; that it was called off is no fault.
    if (!controller.signal.aborted) throw error;
    process.exitCode = STOPPED;
  }
}
