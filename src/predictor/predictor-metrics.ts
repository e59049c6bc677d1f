import { Counter, Gauge, Histogram } from 'prom-client';
import type { Metrics } from '../platform/metrics.js';
import type { RepositoryObserver } from './model-repository.js';

export interface PredictorMetrics extends RepositoryObserver {
  /** One inference request, from its arrival to its answer. */
  answered(model: string, status: number, seconds: number): void;
}

/** The predictor's figures. The histogram bears the name that the KServe server gives it. */
export function predictorMetrics(registry: Metrics): PredictorMetrics {
  const registers = [registry];
  const seconds = new Histogram({
    name: 'request_predict_seconds',
    help: 'Time from the arrival of an inference request to its answer.',
    labelNames: ['model_name'],
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers,
  });
  const requests = new Counter({
    name: 'hunch_predictor_requests_total',
    help: 'Inference requests by status of the answer.',
    labelNames: ['model_name', 'status'],
    registers,
  });
  const serving = new Gauge({
    name: 'hunch_predictor_model_version',
    help: '1 for the version that answers requests which name none.',
    labelNames: ['version'],
    registers,
  });
  const loads = new Counter({
    name: 'hunch_predictor_loads_total',
    help: 'Versions that were loaded or refused.',
    labelNames: ['result'],
    registers,
  });
  const loadSeconds = new Gauge({
    name: 'hunch_predictor_load_seconds',
    help: 'Time that the last load took, warming included.',
    registers,
  });
  return {
    answered(model, status, time) {
      seconds.observe({ model_name: model }, time);
      requests.inc({ model_name: model, status });
    },
    loaded(_version, time) {
      loads.inc({ result: 'loaded' });
      loadSeconds.set(time);
    },
    refused() {
      loads.inc({ result: 'refused' });
    },
    serving(version) {
      serving.reset();
      if (version !== null) serving.set({ version }, 1);
    },
  };
}
