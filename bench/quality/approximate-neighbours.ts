import { performance } from 'node:perf_hooks';
import { ElasticsearchPollNeighbours } from '../../src/datasources/neighbours/elasticsearch-poll-neighbours.js';
import { VectorTable } from '../../src/datasources/neighbours/vector-table.js';
import { modelVersion, pollId } from '../../src/domain/ids.js';
import type { PollVectors } from '../../src/domain/poll-vectors.js';
import { connectElasticsearch } from '../../src/platform/elasticsearch/connection.js';

export interface NeighbourQuery {
  readonly vector: Float32Array;
  readonly exclude: readonly string[];
}

/** As many as a list of ten asks for. */
const LIMIT = 53;
const MOST_QUERIES = 500;
const PREFIX = 'hunch-bench';

/** Recall and time of the server's search beside the exact one, in one line. Its index is deleted afterwards. */
export async function measureApproximation(
  url: string,
  vectors: PollVectors,
  queries: readonly NeighbourQuery[],
): Promise<string> {
  const client = connectElasticsearch({ nodes: [url], auth: null, prefix: PREFIX });
  try {
    const store = await ElasticsearchPollNeighbours.open({ client, prefix: PREFIX, clock: Date.now });
    const version = modelVersion(new Date().toISOString());
    const indexed = { ...vectors, version, open: vectors.ids.map(() => true) };
    const started = performance.now();
    await store.replace(indexed);
    const indexing = performance.now() - started;
    const exact = new VectorTable(indexed);
    const times: number[] = [];
    const recalls: number[] = [];
    const step = Math.max(1, Math.floor(queries.length / MOST_QUERIES));
    for (const { vector, exclude } of queries.filter((_, place) => place % step === 0)) {
      const request = { version, vector, exclude: exclude.map(pollId), limit: LIMIT };
      const begun = performance.now();
      const found = new Set((await store.nearest(request))?.map((poll) => poll.pollId));
      times.push(performance.now() - begun);
      const best = exact.nearest(request);
      recalls.push(best.filter((poll) => found.has(poll.pollId)).length / best.length);
    }
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
    const mean = recalls.reduce((sum, value) => sum + value, 0) / recalls.length;
    const least = Math.min(...recalls);
    return `${recalls.length} queries of ${LIMIT} among ${vectors.ids.length}: recall ${mean.toFixed(4)}, at least ${least.toFixed(3)}; p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; indexed in ${indexing.toFixed(0)} ms\n`;
  } finally {
    // The server refuses to delete by a pattern.
    const made = Object.keys(await client.indices.get({ index: `${PREFIX}-vectors-*` }));
    if (made.length > 0) await client.indices.delete({ index: made });
    await client.close();
  }
}
