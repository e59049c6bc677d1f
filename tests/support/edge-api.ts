import { createLog } from '../../src/platform/log.js';
import { createMetrics } from '../../src/platform/metrics.js';
import { type RunningApi, startApi } from '../../src/resolvers/start-api.js';
import type { ViewerSettings } from '../../src/resolvers/viewer.js';
import { EdgeServices } from './edge-services.js';

/** As it came over HTTP. */
export interface GraphqlAnswer {
  readonly status: number;
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown>;
  }[];
  readonly text: string;
}

export interface EdgeApi {
  readonly api: RunningApi;
  readonly services: EdgeServices;
  /** What was logged, a JSON document a line. */
  readonly logged: string[];
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<GraphqlAnswer>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

/** The real server over the small services, on a free port. */
export async function startEdge(settings: ViewerSettings = {}): Promise<EdgeApi> {
  const services = new EdgeServices();
  const logged: string[] = [];
  const log = createLog({
    level: 'info',
    name: 'test',
    destination: { write: (line) => void logged.push(line) },
  });
  const api = await startApi({
    config: {
      HOST: '127.0.0.1',
      PORT: 0,
      AUTH_JWT_SECRET: settings.AUTH_JWT_SECRET,
      SERVICE_KEYS: settings.SERVICE_KEYS === undefined ? undefined : [...settings.SERVICE_KEYS],
    },
    services,
    log,
    metrics: createMetrics(),
    ready: async () => [],
  });
  return {
    api,
    services,
    logged,
    async ask(query, variables = {}, headers = {}) {
      const response = await fetch(`${api.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      const body = JSON.parse(text) as Partial<GraphqlAnswer>;
      return { status: response.status, data: body.data ?? null, errors: body.errors ?? [], text };
    },
    get: (path, headers = {}) => fetch(api.url + path, { headers }),
  };
}

/** The code of the first error. */
export const codeOf = (answer: GraphqlAnswer): unknown => answer.errors[0]?.extensions.code;
