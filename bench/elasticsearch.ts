import { randomBytes } from 'node:crypto';
import { ElasticsearchCatalogueStore } from '../src/datasources/catalogue/elasticsearch-catalogue-store.js';
import { ElasticsearchFeatureStore } from '../src/datasources/features/elasticsearch-feature-store.js';
import type { IndexedUser } from '../src/datasources/features/feature-store.js';
import { encodeFeatures } from '../src/datasources/features/stored-features.js';
import { ElasticsearchPolls } from '../src/datasources/search/elasticsearch-polls.js';
import { HunchError } from '../src/domain/errors.js';
import { connectElasticsearch } from '../src/platform/elasticsearch/connection.js';
import { FeatureReader } from '../src/recommend/feature-reader.js';
import { makeSamples } from '../src/samples/make-samples.js';
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from './benchmark.js';
import { compare } from './compare.js';
import { type Call, percentile, timesOf } from './concurrent-calls.js';
import { generatedUserId, generatedUsers } from './generated-users.js';

/** Users in the index while it is read. */
const USERS = 20_000;
/** As the flow hands them over. */
const USERS_AT_A_TIME = 1_000;
const FLUSH_BYTES = 2_000_000;
const MATCHES = 50;
const CONNECTIONS = [1, 32];
const SHARES: Readonly<Record<string, number>> = { p50: 0.5, p99: 0.99 };
/** Longer than any read of a healthy store takes. */
const PATIENCE_MS = 60_000;

const resultsOf = (read: string): string[] =>
  CONNECTIONS.flatMap((connections) =>
    Object.keys(SHARES).map((share) => `elasticsearch.${read}.c${connections}.${share}`),
  );

/** Two ways to do the same. */
interface Pair {
  readonly read: string;
  readonly ours: Call;
  readonly yardstickName: string;
  readonly yardstick: Call;
}

/** What it is measured with: stores over indices of their own, which are deleted at the end. */
async function openStores({ elasticsearch, progress }: BenchmarkOptions) {
  if (elasticsearch === null) {
    throw new HunchError(
      'INVALID_CONFIGURATION',
      'The benchmark elasticsearch wants FEATURES_URL=http(s)://HOST:PORT of a running Elasticsearch.',
    );
  }
  const prefix = `${elasticsearch.prefix}-bench-${randomBytes(4).toString('hex')}`;
  const client = connectElasticsearch({ ...elasticsearch, prefix });
  const parts = { client, prefix };
  const features = await ElasticsearchFeatureStore.open({
    ...parts,
    clock: Date.now,
    random: Math.random,
    onError: (error) => progress(String(error)),
  });
  const catalogue = await ElasticsearchCatalogueStore.open(parts);
  const search = await ElasticsearchPolls.open(parts);
  const close = async (): Promise<void> => {
    await features.close();
    await catalogue.close();
    const made = Object.keys(await client.indices.get({ index: `${prefix}-*` }));
    if (made.length > 0) await client.indices.delete({ index: made });
    await client.indices.deleteIndexTemplate({ name: `${prefix}-*` });
    await client.close();
  };
  return { client, prefix, features, catalogue, search, close };
}
type Stores = Awaited<ReturnType<typeof openStores>>;

async function indexUsers({ features }: Stores, users: Iterable<IndexedUser>): Promise<void> {
  let part: IndexedUser[] = [];
  for (const user of users) {
    part.push(user);
    if (part.length < USERS_AT_A_TIME) continue;
    await features.index(part, 0);
    part = [];
  }
  if (part.length > 0) await features.index(part, 0);
}

/** New users in each round, so that both always add and never replace. The yardstick only writes: it merges nothing. */
async function compareIndexing(stores: Stores, options: BenchmarkOptions): Promise<BenchmarkResult> {
  const { client, prefix } = stores;
  const users = options.quick ? USERS : 5 * USERS;
  const index = `${prefix}-bare`;
  await client.indices.create({
    index,
    settings: { refresh_interval: '-1', number_of_replicas: 0 },
    mappings: { dynamic: false },
  });
  let next = USERS;
  const rate = async (add: (users: Iterable<IndexedUser>) => Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await add(generatedUsers(next, users));
    next += users;
    return users / ((performance.now() - started) / 1_000);
  };
  return compare({
    name: 'elasticsearch.index',
    unit: 'documents/s',
    yardstickName: 'client-bulk',
    rounds: options.quick ? 3 : 7,
    ours: () => rate((made) => indexUsers(stores, made)),
    yardstick: () =>
      rate((made) =>
        client.helpers.bulk({
          datasource: [...made],
          onDocument: ({ features }) => [
            { index: { _index: index, _id: features.userId } },
            { features: encodeFeatures(features) },
          ],
          flushBytes: FLUSH_BYTES,
          concurrency: 2,
        }),
      ),
    signal: options.signal,
    progress: options.progress,
  });
}

async function readsOf(stores: Stores): Promise<Pair[]> {
  const { client, prefix, features, catalogue, search } = stores;
  await indexUsers(stores, generatedUsers(0, USERS));
  const questions: string[] = [];
  for (const { polls = [] } of makeSamples({ seed: 1, now: Date.UTC(2026, 0, 1) })) {
    await catalogue.upsert(polls);
    questions.push(...polls.map(({ poll }) => poll.question));
  }
  await client.indices.refresh({ index: `${prefix}-polls` });
  const words = questions.map((question) => question.split(' ').slice(-2).join(' '));
  const reader = new FeatureReader(features);
  const idOf = (turn: number) => generatedUserId((turn * 7_919) % USERS);
  const wordsOf = (turn: number): string => words[turn % words.length] ?? '';
  return [
    {
      read: 'features',
      ours: (turn) => reader.read(idOf(turn), PATIENCE_MS),
      yardstickName: 'client-mget',
      yardstick: (turn) => client.mget({ index: `${prefix}-users`, ids: [idOf(turn)] }),
    },
    {
      read: 'search',
      ours: (turn) => search.search(wordsOf(turn), MATCHES),
      yardstickName: 'client-match',
      yardstick: (turn) =>
        client.search({
          index: `${prefix}-polls`,
          size: MATCHES,
          query: { multi_match: { query: wordsOf(turn), fields: ['*'], lenient: true } },
          _source: false,
        }),
    },
  ];
}

async function compareReads(stores: Stores, options: BenchmarkOptions): Promise<BenchmarkResult[]> {
  const { quick, wants, signal, progress } = options;
  progress(`writing ${USERS} users and the sample polls`);
  const results: BenchmarkResult[] = [];
  for (const { read, ours, yardstickName, yardstick } of await readsOf(stores)) {
    for (const connections of CONNECTIONS) {
      for (const [share, value] of Object.entries(SHARES)) {
        const name = `elasticsearch.${read}.c${connections}.${share}`;
        if (!wants(name)) continue;
        const calls = (quick ? 500 : 3_000) * Math.min(4, connections);
        const measured = (call: Call) => async () =>
          percentile(await timesOf({ call, connections, calls }), value);
        results.push(
          await compare({
            name,
            unit: 'ms',
            yardstickName,
            rounds: quick ? 3 : 7,
            ours: measured(ours),
            yardstick: measured(yardstick),
            signal,
            progress,
          }),
        );
      }
    }
  }
  return results;
}

/** The stores of this service beside the same calls by the bare client, on the Elasticsearch that is configured. */
export const elasticsearchBenchmark: Benchmark = {
  name: 'elasticsearch',
  description:
    'Indexing and reading users, and searching polls, beside the bare client. Wants FEATURES_URL=http(s)://HOST:PORT, where it writes to indices of its own and deletes them.',
  results: ['elasticsearch.index', ...resultsOf('features'), ...resultsOf('search')],
  async run(options) {
    const stores = await openStores(options);
    try {
      const results: BenchmarkResult[] = [];
      if (options.wants('elasticsearch.index')) results.push(await compareIndexing(stores, options));
      if (this.results.slice(1).some(options.wants)) results.push(...(await compareReads(stores, options)));
      return results;
    } finally {
      await stores.close();
    }
  },
};
