import { errors, type estypes } from '@elastic/elasticsearch';
import { z } from 'zod';
import { HunchError, NotFoundError, UnavailableError } from '../../domain/errors.js';

/** Why the server refused something: a whole request, or one document of it. */
export interface Refusal {
  /** HTTP status; 0 where none came. */
  readonly status: number;
  /** The server's name for it, such as `index_not_found_exception`. */
  readonly type: string;
  readonly reason: string;
}

const refusalBody = z.object({
  error: z.object({ type: z.string().catch(''), reason: z.string().nullish() }),
});

const TOO_MANY_REQUESTS = 429;

/** Blocked, or a shard or the master is on its way to another node: over in a moment, without anybody doing anything. */
const MOMENTARY_TYPES = new Set([
  'cluster_block_exception',
  'master_not_discovered_exception',
  'no_shard_available_action_exception',
  'unavailable_shards_exception',
  'es_rejected_execution_exception',
  'node_closed_exception',
  'node_disconnected_exception',
  'node_not_connected_exception',
  'process_cluster_event_timeout_exception',
]);

/** Whether the same can succeed a little later. */
export const isMomentary = ({ status, type }: Refusal): boolean =>
  status === TOO_MANY_REQUESTS || status >= 500 || MOMENTARY_TYPES.has(type);

/** Why one document of several was not read. The server gives no status there: its index is missing, or its shard is away. */
export const unreadBecause = ({ type, reason }: Pick<estypes.ErrorCause, 'type' | 'reason'>): Refusal => ({
  status: type === 'index_not_found_exception' ? 404 : 503,
  type,
  reason: reason ?? '',
});

/**
 * What a call to Elasticsearch failed with, in the service's own terms; `what` says what was being done ("read the features
 * of users"). UnavailableError where trying again later can help. What is no error of the client comes back as it is.
 */
export function explained(error: unknown, what: string): Error {
  if (error instanceof errors.ResponseError) return explainedRefusal(refusalOf(error), what, error);
  if (error instanceof errors.ProductNotSupportedError || error instanceof errors.ConfigurationError) {
    return new HunchError(
      'INVALID_CONFIGURATION',
      `Could not ${what}: ${error.message}. The configured addresses must be those of Elasticsearch nodes, version 8 or 9.`,
      { cause: error },
    );
  }
  if (error instanceof errors.ElasticsearchClientError) {
    return new UnavailableError(
      `Could not ${what}: no Elasticsearch node answers (${error.name}: ${error.message}). Is it running, and is the ` +
        'address right?',
      error,
    );
  }
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}

/** The same for what the server refused. */
export function explainedRefusal(refusal: Refusal, what: string, cause?: unknown): HunchError {
  const { status, type, reason } = refusal;
  if (isMomentary(refusal)) {
    return new UnavailableError(
      `Could not ${what}: Elasticsearch answers ${status} ${type} (${reason}).`,
      cause,
    );
  }
  if (status === 401 || status === 403) {
    return new HunchError(
      'INVALID_CONFIGURATION',
      `Could not ${what}: Elasticsearch refuses it (${status} ${type}: ${reason}). The key or user needs the index privileges ` +
        'read, write, view_index_metadata, create_index and manage on the indices of our prefix, and the cluster privileges ' +
        'monitor and manage_index_templates.',
      { cause },
    );
  }
  if (type === 'index_not_found_exception') {
    return new NotFoundError(
      `Could not ${what}: ${reason}. A start of the service makes its indices, and \`hunch flow run personalise\` fills them.`,
    );
  }
  return new HunchError(
    'INVALID_DATA',
    `Could not ${what}: Elasticsearch answers ${status} ${type}: ${reason}`,
    {
      cause,
    },
  );
}

function refusalOf(error: errors.ResponseError): Refusal {
  const body = refusalBody.safeParse(error.body);
  if (!body.success) return { status: error.statusCode ?? 0, type: '', reason: error.message };
  const { type, reason } = body.data.error;
  return { status: error.statusCode ?? 0, type, reason: reason ?? error.message };
}
