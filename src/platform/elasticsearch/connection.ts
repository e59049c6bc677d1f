import { Client, SniffingTransport } from '@elastic/elasticsearch';

export type { Client as ElasticsearchClient } from '@elastic/elasticsearch';

export interface ElasticsearchSettings {
  /** Addresses of nodes, `http(s)://host:port`; each one can answer for the whole cluster. */
  readonly nodes: readonly string[];
  readonly auth:
    | { readonly apiKey: string }
    | { readonly username: string; readonly password: string }
    | null;
  /** What the names of all our indices and templates begin with. */
  readonly prefix: string;
}

/** For calls that a request of a user waits for: the next node is asked after so long. */
export const REQUEST_TIMEOUT_MS = 1_000;
/** For calls that change indices or carry much. */
export const JOB_TIMEOUT_MS = 60_000;

const DEFAULT_TIMEOUT_MS = 10_000;
const MOST_RETRIES = 3;
/** Before the next node is asked: short beside what one answer may take in all. */
const RETRY_PAUSE_SECONDS = 0.005;

/** Sets what the client has no options for: a node that hangs is left for the next one, and a refused connection is known at once. */
class PatientTransport extends SniffingTransport {
  constructor(options: ConstructorParameters<typeof SniffingTransport>[0]) {
    super({ ...options, retryOnTimeout: true, retryBackoff: () => RETRY_PAUSE_SECONDS });
  }
}

/**
 * A client of the cluster; works with servers of the major versions 8 and 9. Nothing is sent yet. A call that finds a node
 * away or hanging goes on to the next; where all refuse the connection, it rejects within a second. Whoever connects, closes.
 */
export function connectElasticsearch({ nodes, auth }: ElasticsearchSettings): Client {
  return new Client({
    nodes: [...nodes],
    ...(auth === null ? {} : { auth }),
    Transport: PatientTransport,
    requestTimeout: DEFAULT_TIMEOUT_MS,
    maxRetries: Math.min(MOST_RETRIES, Math.max(1, nodes.length - 1)),
  });
}
