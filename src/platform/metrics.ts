import { collectDefaultMetrics, Registry } from 'prom-client';

export type Metrics = Registry;

export interface MetricsOptions {
  /** Memory, CPU and event loop of the process as well; off in tests, where several registries share one process. */
  readonly process?: boolean;
}

/** A registry of its own, so that two servers in one process do not count into each other. */
export function createMetrics({ process = false }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (process) collectDefaultMetrics({ register: registry });
  return registry;
}
