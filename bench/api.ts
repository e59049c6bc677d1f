import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../src/platform/package-root.js';
import { prepareWorkload, type Workload } from './api-workload.js';
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from './benchmark.js';
import { type Contest, compare } from './compare.js';
import { HunchService } from './hunch-service.js';
import { type LoadOrder, type LoadReport, loadReport } from './load-order.js';
import { startProgram } from './start-program.js';
import type { WatchedProcess } from './watched-process.js';

/**
 * Budgets that never end under full load: else answers would fall back to something cheaper, and the rate would tell of that.
 */
const UNHURRIED = { REQUEST_BUDGET_MS: '10000', INFERENCE_BUDGET_MS: '10000', LOG_LEVEL: 'warn' };
const YARDSTICK = 'apollo-constant';

interface Servers {
  readonly ours: string;
  readonly yardstick: string;
}

/** The figure of one round against one server. */
type Round = (url: string, options: BenchmarkOptions) => Promise<number>;

interface Case {
  readonly name: string;
  readonly unit: Contest['unit'];
  readonly round: (workload: Workload, seconds: number) => Round;
}

async function load(order: LoadOrder, options: BenchmarkOptions): Promise<LoadReport> {
  const file = join(options.folder, 'load.json');
  await writeFile(file, JSON.stringify(order));
  const report = loadReport.parse(JSON.parse(await startProgram('load', [file], options).succeed()));
  if (report.requests === 0 || report.unexpected > 0) {
    throw new Error(
      `${order.url}: ${report.unexpected} of ${report.requests} answers were not the expected ones`,
    );
  }
  return report;
}

const perSecond =
  (bodies: readonly string[], expected: string) =>
  (seconds: number): Round =>
  async (url, options) =>
    (await load({ url, bodies: [...bodies], expected, connections: 32, seconds }, options)).perSecond;

const medianTime =
  (bodies: readonly string[], expected: string) =>
  (seconds: number): Round =>
  async (url, options) => {
    const report = await load({ url, bodies: [...bodies], expected, connections: 1, seconds }, options);
    return report.medianMs ?? Number.NaN;
  };

const PERSONALISED = '"source":"PERSONALISED"';
const CASES: readonly Case[] = [
  {
    name: 'api.recommendations.c32',
    unit: 'requests/s',
    round: ({ recommendations }, seconds) => perSecond(recommendations, PERSONALISED)(seconds),
  },
  {
    name: 'api.recommendations.p50',
    unit: 'ms',
    round: ({ recommendations }, seconds) => medianTime(recommendations, PERSONALISED)(seconds),
  },
  {
    name: 'api.popular.c32',
    unit: 'requests/s',
    round: ({ popular }, seconds) => perSecond(popular, '"popularPolls":{"edges":[{')(seconds),
  },
];

/** Starts the server that gives the same answers without choosing them. */
async function startYardstick(workload: Workload, options: BenchmarkOptions): Promise<WatchedProcess> {
  const schema = await readFile(join(packageRoot(), 'schema', 'schema.graphql'), 'utf8');
  const file = join(options.folder, 'answers.json');
  await writeFile(file, JSON.stringify({ schema, root: workload.constantAnswers }));
  return startProgram('constant-server', [file], options);
}

async function measure(
  workload: Workload,
  { ours, yardstick }: Servers,
  options: BenchmarkOptions,
): Promise<BenchmarkResult[]> {
  const { quick, wants, signal, progress } = options;
  const results: BenchmarkResult[] = [];
  for (const { name, unit, round } of CASES.filter((each) => wants(each.name))) {
    const warmUp = round(workload, 2);
    for (const url of [ours, yardstick]) await warmUp(url, options);
    const once = round(workload, quick ? 2 : 8);
    const result = await compare({
      name,
      unit,
      yardstickName: YARDSTICK,
      rounds: quick ? 3 : 7,
      ours: () => once(ours, options),
      yardstick: () => once(yardstick, options),
      signal,
      progress,
    });
    results.push(result);
  }
  return results;
}

export const apiBenchmark: Benchmark = {
  name: 'api',
  description:
    'Recommendations (20 votes of the user known, first: 10) and popular polls, beside the same Apollo set-up with constant answers. c32: 32 connections; p50: the median time of one request on one connection.',
  results: CASES.map(({ name }) => name),
  async run(options) {
    const service = new HunchService(options);
    let yardstick: WatchedProcess | null = null;
    try {
      options.progress(`the model: ${await service.prepareRealVotes()}`);
      await service.startPredictors();
      const { url } = await service.serve(UNHURRIED);
      options.progress('making users with votes');
      const workload = await prepareWorkload(url);
      yardstick = await startYardstick(workload, options);
      const [, yardstickUrl = ''] = await yardstick.waitFor(/^READY (\S+)/m);
      return await measure(workload, { ours: url, yardstick: yardstickUrl }, options);
    } finally {
      await yardstick?.stop();
      await service.stop();
    }
  },
};
