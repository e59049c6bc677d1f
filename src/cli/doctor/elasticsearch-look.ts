import type { ElasticsearchClient } from '../../platform/elasticsearch/connection.js';
import {
  type ClusterDescription,
  describeCluster,
  type IndexDescription,
} from '../../platform/elasticsearch/describe-cluster.js';
import type { Finding, Look } from './check.js';

/** The indices of features, catalogue, search and neighbours: templates in deploy/elasticsearch. */
const INDICES = ['users', 'polls', 'votes', 'vectors'] as const;
/** That one holds only what no flow has counted yet. */
const OFTEN_EMPTY = '-votes';

/** Looks at the cluster that keeps features and catalogue, without changing it. */
export async function lookAtElasticsearch(
  client: ElasticsearchClient,
  { nodes, prefix }: { readonly nodes: readonly string[]; readonly prefix: string },
): Promise<Look> {
  const cluster = await describeCluster(client, { prefix, names: INDICES });
  const { name, version, status, nodes: count, latencyMs, indices } = cluster;
  const documents = indices.flatMap((index) =>
    index.documents === null ? [] : [`${index.alias} ${index.documents}`],
  );
  return {
    detail:
      `${nodes.join(' ')}: Elasticsearch ${version}, cluster ${name}, ${status}, ${count} node(s); ` +
      `documents: ${documents.join(', ') || 'none'}`,
    version,
    latencyMs,
    findings: findingsOf(cluster),
  };
}

const STATUS_FINDINGS: Readonly<Record<ClusterDescription['status'], Finding | null>> = {
  green: null,
  yellow: {
    what: 'The cluster is yellow: some data have no copy on a second node.',
    remedy: 'With one node it stays so; else wait, or look at GET _cluster/allocation/explain.',
    isFault: false,
  },
  red: {
    what: 'The cluster is red: some data can not be read.',
    remedy: 'Start the missing nodes; GET _cluster/allocation/explain tells which data are meant.',
    isFault: true,
  },
};

function findingsOf({ status, indices, lacking }: ClusterDescription): Finding[] {
  if (lacking.length > 0) {
    const remedy = 'Grant it to the key or user; docs/elasticsearch.md has all privileges as one request.';
    return lacking.map((privilege) => ({ what: `No privilege ${privilege}.`, remedy, isFault: true }));
  }
  // A red index elsewhere on the cluster is not ours to judge.
  const ours = indices.some((index) => index.status === 'red') ? STATUS_FINDINGS.red : null;
  const cluster = status === 'red' ? ours : STATUS_FINDINGS[status];
  return [...(cluster === null ? [] : [cluster]), ...indices.flatMap(indexFinding)];
}

function indexFinding({ alias, state, version, wanted, documents }: IndexDescription): Finding[] {
  const finding = (what: string, remedy: string): Finding[] => [{ what, remedy, isFault: false }];
  switch (state) {
    case 'MISSING':
      return finding(`There is no index ${alias} yet.`, 'The next start of the service or flow makes it.');
    case 'OLDER':
      return finding(
        `The index ${alias} is of version ${version}, and this release brings ${wanted}.`,
        'The next start brings it up to date, or warns that `hunch reindex` has to.',
      );
    case 'NEWER':
      return finding(
        `The index ${alias} is of version ${version}, newer than the ${wanted} of this release.`,
        'A later release made it; bring this installation up to that release.',
      );
    case 'CURRENT':
      return documents === 0 && !alias.endsWith(OFTEN_EMPTY)
        ? finding(
            `The index ${alias} is empty.`,
            'Run `hunch flow run popular` and `hunch flow run personalise`.',
          )
        : [];
  }
}
