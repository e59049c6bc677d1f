import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Where the figures were taken: they compare only with figures of the same machine, ratios with most others. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted to run in the last minute, before the benchmark began; 0 where the system does not tell. */
  readonly load: number;
}

export const describeMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${release()}`,
  node: process.versions.node,
  load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
});
