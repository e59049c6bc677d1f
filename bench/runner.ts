import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiBenchmark } from './api.js';
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from './benchmark.js';
import { elasticsearchBenchmark } from './elasticsearch.js';
import { describeMachine, type Machine } from './machine.js';
import { startupBenchmark } from './startup.js';

export const BENCHMARKS: readonly Benchmark[] = [startupBenchmark, apiBenchmark, elasticsearchBenchmark];

/** What may be asked for: a benchmark, or one of its results. */
export const BENCHMARK_NAMES: readonly string[] = BENCHMARKS.flatMap(({ name, results }) => [
  name,
  ...results,
]);

export interface BenchmarkReport {
  readonly machine: Machine;
  readonly results: readonly BenchmarkResult[];
}

/**
 * Runs the benchmark of that name, or measures the one result of that name, or with null all there are; then what wants a server
 * that is not configured is left out, and said so.
 */
export async function runBenchmarks(
  name: string | null,
  options: Omit<BenchmarkOptions, 'folder' | 'wants'>,
): Promise<BenchmarkReport> {
  const machine = describeMachine();
  const results: BenchmarkResult[] = [];
  for (const benchmark of BENCHMARKS) {
    const wants = (result: string): boolean => name === null || name === benchmark.name || name === result;
    if (!benchmark.results.some(wants)) continue;
    if (name === null && benchmark === elasticsearchBenchmark && options.elasticsearch === null) {
      options.progress('elasticsearch: left out, since FEATURES_URL names no Elasticsearch');
      continue;
    }
    const folder = await mkdtemp(join(tmpdir(), 'hunch-bench-'));
    try {
      results.push(...(await benchmark.run({ ...options, folder, wants })));
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  return { machine, results };
}
