import { type Client, errors } from '@elastic/elasticsearch';
import { REQUEST_TIMEOUT_MS } from './connection.js';
import { explained } from './explained.js';
import { aliasOf, type IndexName, readTemplate } from './indices.js';

/**
 * How an index stands beside the template of this release: CURRENT, MISSING (the first start makes it), OLDER (the next start
 * brings it up to date, or warns that a re-index has to), NEWER (made by a later release, which goes on using it).
 */
export type IndexState = 'CURRENT' | 'MISSING' | 'OLDER' | 'NEWER';

export interface IndexDescription {
  readonly alias: string;
  readonly state: IndexState;
  /** Version of the live index; null where it is missing. */
  readonly version: number | null;
  /** Version that this release brings. */
  readonly wanted: number;
  readonly documents: number | null;
  /** `red`: some of its documents can not be read. */
  readonly status: 'green' | 'yellow' | 'red' | null;
}

export interface ClusterDescription {
  readonly name: string;
  readonly version: string;
  readonly status: 'green' | 'yellow' | 'red';
  readonly nodes: number;
  /** Of the smallest question, in milliseconds. */
  readonly latencyMs: number;
  readonly indices: readonly IndexDescription[];
  /** Privileges that the key or user lacks, such as `write on hunch-*`; empty where the server checks none. */
  readonly lacking: readonly string[];
}

/** What the service needs on its own indices and templates; docs/elasticsearch.md has the same list as an API key. */
const CLUSTER_PRIVILEGES = ['monitor', 'manage_index_templates'] as const;
const INDEX_PRIVILEGES = ['read', 'write', 'view_index_metadata', 'create_index', 'manage'] as const;

const PATIENT = { requestTimeout: 5 * REQUEST_TIMEOUT_MS };

/** Looks at the cluster and at the indices of those names. Rejects as `explained` says where it does not answer. */
export async function describeCluster(
  client: Client,
  { prefix, names }: { readonly prefix: string; readonly names: readonly string[] },
): Promise<ClusterDescription> {
  try {
    const { version } = await client.info({}, PATIENT);
    // The first call opens the connection.
    const started = performance.now();
    await client.info({}, PATIENT);
    const latencyMs = performance.now() - started;
    const lacking = await lackingPrivileges(client, prefix);
    if (lacking.some((privilege) => privilege.startsWith('monitor'))) {
      return { name: '', version: version.number, status: 'red', nodes: 0, latencyMs, indices: [], lacking };
    }
    const health = await client.cluster.health({}, PATIENT);
    const indices = await Promise.all(names.map((name) => describeIndex(client, { prefix, name })));
    return {
      name: health.cluster_name,
      version: version.number,
      status: statusOf(health.status),
      nodes: health.number_of_nodes,
      latencyMs,
      indices,
      lacking,
    };
  } catch (error) {
    throw explained(error, 'look at the cluster');
  }
}

async function describeIndex(client: Client, index: IndexName): Promise<IndexDescription> {
  const alias = aliasOf(index);
  const { version: wanted } = await readTemplate(index);
  const mappings = await client.indices.getMapping({ index: alias }, { ...PATIENT, ignore: [404] });
  const versions = Object.values(mappings).flatMap(
    (each: { mappings?: { _meta?: { version?: unknown } } }) =>
      each.mappings === undefined ? [] : [Number(each.mappings._meta?.version ?? 0)],
  );
  if (versions.length === 0) {
    return { alias, state: 'MISSING', version: null, wanted, documents: null, status: null };
  }
  const version = Math.min(...versions);
  const state = version === wanted ? 'CURRENT' : version < wanted ? 'OLDER' : 'NEWER';
  const health = await client.cluster.health({ index: alias }, PATIENT);
  const status = statusOf(health.status);
  const documents = status === 'red' ? null : (await client.count({ index: alias }, PATIENT)).count;
  return { alias, state, version, wanted, documents, status };
}

/** Asks what the key or user may do; a server without access control has no such question, and answers 400 or 405. */
async function lackingPrivileges(client: Client, prefix: string): Promise<string[]> {
  const names = [`${prefix}-*`];
  try {
    const answer = await client.security.hasPrivileges(
      { cluster: [...CLUSTER_PRIVILEGES], index: [{ names, privileges: [...INDEX_PRIVILEGES] }] },
      PATIENT,
    );
    if (answer.has_all_requested) return [];
    const lacks = (held: Readonly<Record<string, boolean>>, suffix: string): string[] =>
      Object.entries(held).flatMap(([privilege, holds]) => (holds ? [] : [`${privilege}${suffix}`]));
    return [
      ...lacks(answer.cluster, ' on the cluster'),
      ...Object.entries(answer.index).flatMap(([index, held]) => lacks(held, ` on ${index}`)),
    ];
  } catch (error) {
    const status = error instanceof errors.ResponseError ? error.statusCode : undefined;
    if (status === 400 || status === 404 || status === 405) return [];
    throw error;
  }
}

const statusOf = (status: string): 'green' | 'yellow' | 'red' =>
  status.toLowerCase() === 'green' ? 'green' : status.toLowerCase() === 'yellow' ? 'yellow' : 'red';
