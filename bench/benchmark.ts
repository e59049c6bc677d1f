import type { ElasticsearchSettings } from '../src/platform/elasticsearch/connection.js';

/** One figure of ours beside its yardstick's, in the shape that `hunch bench --json` prints. */
export interface BenchmarkResult {
  readonly name: string;
  readonly unit: 'ms' | 'requests/s' | 'documents/s';
  /** Median over the rounds. */
  readonly ours: number;
  readonly yardstick: { readonly name: string; readonly value: number };
  /** How many times better than the yardstick: rates ours ÷ yardstick, times yardstick ÷ ours. */
  readonly ratio: number;
  /** How far the rounds lie apart: (highest − lowest) ÷ median, of ours or the yardstick, whichever is larger. */
  readonly spread: number;
  /** For times: ours − yardstick. */
  readonly addedMs?: number;
}

export interface BenchmarkOptions {
  /** Fewer and shorter rounds: tells whether it works and roughly where it stands. */
  readonly quick: boolean;
  /** An empty folder for the data of the run; the caller removes it. */
  readonly folder: string;
  /** The environment for processes that the benchmark starts. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The Elasticsearch that is configured; null where features are kept elsewhere. */
  readonly elasticsearch: ElasticsearchSettings | null;
  /** Which of its results are asked for; what only others need is left out. */
  readonly wants: (result: string) => boolean;
  /** Ends the run; the processes that it started end with it. */
  readonly signal: AbortSignal;
  /** Takes a line on what is being done. */
  readonly progress: (line: string) => void;
}

/** A benchmark is a value: what it measures, and how. */
export interface Benchmark {
  readonly name: string;
  readonly description: string;
  /** Names of the results it can give. */
  readonly results: readonly string[];
  run(options: BenchmarkOptions): Promise<readonly BenchmarkResult[]>;
}
