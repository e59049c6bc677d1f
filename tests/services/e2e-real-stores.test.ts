import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { beforeAll, describe, expect, it } from 'vitest';
import { createHunchClient, type HunchClient } from '../../src/client/index.js';
import { BigQueryWarehouse } from '../../src/datasources/warehouse/bigquery-warehouse.js';
import { runId } from '../../src/domain/ids.js';
import { type AppDataset, loadAppTables } from '../support/app-tables.js';
import { describeWithElasticsearch, type ElasticsearchCluster } from '../support/elasticsearch.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { type ChildProcess, childProcesses } from '../support/processes.js';
import { describeWithRealVotes } from '../support/real-votes.js';
import { describeWithService, type RunningService } from '../support/services.js';
import { tempFolders } from '../support/temp-folder.js';

/** Two whole installations start, learn and serve on a machine that may be busy. */
const DEADLINE_MS = 600_000;
const READY = /^READY (\S+)/m;
/** The relay looks again after a minute at the latest. */
const LONG = { deadlineMs: 180_000, everyMs: 250 };
const USERS = 60;
const PLACES = 20;
/** The server asks for none, and gets it all the same. */
const API_KEY = 'aHVuY2g6bm90LWZvci1sb2dz';

interface Vote {
  readonly userId: string;
  readonly pollId: string;
  readonly optionId: string;
  readonly eventId: string;
}

interface ScoredList {
  readonly source: string;
  readonly fallbackReason: string | null;
  readonly scores: readonly { readonly id: string; readonly score: number }[];
}

async function recommended(client: HunchClient, userId: string): Promise<ScoredList> {
  const { recommendations } = await client.Recommendations({ userId, first: PLACES });
  const { source, fallbackReason = null, edges } = recommendations;
  return { source, fallbackReason, scores: edges.map(({ node, score }) => ({ id: node.id, score })) };
}

async function popular(client: HunchClient): Promise<ScoredList> {
  const { popularPolls } = await client.PopularPolls({ first: PLACES });
  const scores = popularPolls.edges.map(({ node }) => ({ id: node.id, score: node.stats.score }));
  return { source: 'POPULAR', fallbackReason: null, scores };
}

/** The same polls in the same order, with scores that differ by less than sums in another order do. */
const isSame = (one: ScoredList, other: ScoredList): boolean =>
  one.source === other.source &&
  one.fallbackReason === other.fallbackReason &&
  one.scores.length === other.scores.length &&
  one.scores.every(({ id, score }, place) => {
    const there = other.scores[place];
    return there?.id === id && Math.abs(score - there.score) < 1e-4;
  });

describeWithRealVotes('the whole path on real stores', (files) => {
  describeWithService('bigquery', 'BigQuery', (bigquery) => {
    describeWithElasticsearch('Elasticsearch', (elasticsearch) => {
      const folders = tempFolders();
      const processes = childProcesses();
      let warehouse: RunningService;
      let app: AppDataset;
      let cluster: ElasticsearchCluster;
      /** The environments of the installation on the real stores, and of the embedded one. */
      let realEnv: Readonly<Record<string, string>>;
      let embeddedEnv: Readonly<Record<string, string>>;
      let api: { readonly process: ChildProcess; readonly url: string };
      let real: HunchClient;
      let embedded: HunchClient;
      /** Of users with many votes and with few. */
      let users: string[];

      const hunch = (parameters: readonly string[], env: Readonly<Record<string, string>>): ChildProcess =>
        processes.hunch(parameters, { env });
      async function start(parameters: readonly string[], env: Readonly<Record<string, string>>) {
        const process = hunch(parameters, env);
        const [, url = ''] = await process.waitFor(READY, DEADLINE_MS);
        return { process, url };
      }
      /** What the user has not voted on and would be shown next. */
      async function nextVote(client: HunchClient, userId: string, eventId: string): Promise<Vote> {
        const { recommendations } = await client.Recommendations({ userId, first: 1 });
        const node = recommendations.edges[0]?.node;
        return { userId, eventId, pollId: node?.id ?? '', optionId: node?.options[0]?.id ?? '' };
      }
      const votedOn = async (userId: string): Promise<number | undefined> =>
        (await real.UserFeatures({ userId })).userFeatures?.votes;

      /** How often the cleaning of the run has each vote. */
      async function timesClean(votes: readonly Vote[], run: string): Promise<number[]> {
        const opened = await BigQueryWarehouse.open({
          ...app,
          location: null,
          maxBytesBilled: 1e9,
          overlapMs: 0,
          duplicateWindowMs: 0,
          clock: Date.now,
        });
        const snapshot = await opened.snapshot();
        const session = await opened.session({ snapshot, flow: 'personalise', run: runId(run) });
        const rows = await session.all(
          'SELECT user_id, poll_id, option_id FROM clean_votes WHERE user_id IN UNNEST(@users)',
          { users: votes.map(({ userId }) => userId) },
        );
        await session.close();
        await opened.close();
        return votes.map(
          ({ userId, pollId, optionId }) =>
            rows.filter(
              (row) => row.user_id === userId && row.poll_id === pollId && row.option_id === optionId,
            ).length,
        );
      }

      beforeAll(async () => {
        const settings = {
          PORT: '0',
          // Answers may take as long as they need, and are never drawn by chance.
          REQUEST_BUDGET_MS: '5000',
          INFERENCE_BUDGET_MS: '4000',
          EXPLORATION_SHARE: '0',
        };
        embeddedEnv = { ...settings, DATA_DIR: await folders.make() };
        const { polls, topics, trainVotes } = files;
        const load = ['import', '--polls', polls, '--topics', topics, '--votes', trainVotes, '--json'];
        const imported = hunch(load, embeddedEnv).succeed();
        [warehouse, cluster] = await Promise.all([
          bigquery.start([await folders.make()]),
          elasticsearch.start(),
        ]);
        app = { endpoint: warehouse.url, project: 'test-project', dataset: 'polls' };
        await loadAppTables(app, files, await folders.make());
        realEnv = {
          ...settings,
          DATA_DIR: await folders.make(),
          WAREHOUSE_URL: `bigquery://${app.project}/${app.dataset}?endpoint=${app.endpoint}`,
          FEATURES_URL: cluster.urls.join(' '),
          FEATURES_API_KEY: API_KEY,
        };
        await imported;
        for (const env of [embeddedEnv, realEnv]) {
          for (const flow of ['personalise', 'popular']) await hunch(['flow', 'run', flow], env).succeed();
        }
        api = await start(['up', '--no-schedule'], realEnv);
        real = createHunchClient(api.url);
        embedded = createHunchClient((await start(['up', '--no-schedule'], embeddedEnv)).url);

        const votes = new Map<string, number>();
        const rows = createReadStream(trainVotes)
          .pipe(createGunzip())
          .pipe(parse({ columns: true }));
        for await (const { user_id } of rows) votes.set(user_id, (votes.get(user_id) ?? 0) + 1);
        const bySize = [...votes].sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1));
        const apart = Math.floor(bySize.length / USERS);
        users = bySize.filter((_, place) => place % apart === 0).map(([user]) => user);
      }, DEADLINE_MS);

      describe('the installation', () => {
        it('recommends what the embedded one recommends', async () => {
          const differences: unknown[] = [];
          let personal = 0;
          for (const userId of users) {
            const [one, other] = await Promise.all([
              recommended(real, userId),
              recommended(embedded, userId),
            ]);
            if (!isSame(one, other)) differences.push({ userId, one, other });
            if (one.source === 'PERSONALISED') personal += 1;
          }
          expect(differences).toEqual([]);
          // The others have voted on nothing but their own polls.
          expect(personal).toBeGreaterThan(0.9 * USERS);
        });

        it('has the same popular polls', async () => {
          const [one, other] = await Promise.all([popular(real), popular(embedded)]);
          expect(one.scores).toHaveLength(PLACES);
          expect(one).toSatisfy((list: ScoredList) => isSame(list, other));
        });

        it('is found in order by `hunch doctor`, which names versions and places and no secret', async () => {
          const printed = await hunch(['doctor', '--json'], realEnv).succeed();
          expect(printed).not.toContain(API_KEY);
          const { checks } = JSON.parse(printed);
          const of = (name: string) => checks.find((check: { name: string }) => check.name === name);
          expect(of('features')).toMatchObject({
            ok: true,
            version: expect.stringMatching(/^8\./),
            detail: expect.stringContaining(cluster.urls[0] ?? ''),
          });
          expect(of('warehouse')).toMatchObject({
            ok: true,
            detail: expect.stringContaining(`${app.project}/${app.dataset}`),
          });
        });
      });

      describe('a vote', () => {
        it('changes the very next answer', async () => {
          const [userId = ''] = users;
          const before = await votedOn(userId);
          const vote = await nextVote(real, userId, 'first-vote');
          const { recordVotes } = await real.RecordVotes({ votes: [vote] });
          expect(recordVotes).toMatchObject({ accepted: 1, rejected: [] });
          const { recommendations } = await real.Recommendations({ userId, first: PLACES });
          expect(recommendations).toMatchObject({ source: 'PERSONALISED', fallbackReason: null });
          expect(recommendations.edges.map(({ node }) => node.id)).not.toContain(vote.pollId);
          expect(await votedOn(userId)).toBe((before ?? 0) + 1);
        });
      });

      describe('without predictors', () => {
        it('recommends polls near to the votes', async () => {
          const nobody = `http://127.0.0.1:${await freePort()}`;
          const alone = await start(['serve'], {
            ...realEnv,
            PERSONALISATION_URL: nobody,
            POPULAR_URL: nobody,
          });
          const client = createHunchClient(alone.url);
          const lists = new Set<string>();
          for (const userId of users.slice(0, 10)) {
            const { recommendations } = await client.Recommendations({ userId });
            expect(recommendations).toMatchObject({
              source: 'FALLBACK',
              fallbackReason: 'PERSONALISATION_UNAVAILABLE',
              model: { name: 'PERSONALISATION' },
            });
            expect(recommendations.edges).toHaveLength(10);
            lists.add(recommendations.edges.map(({ node }) => node.id).join(' '));
          }
          expect(lists.size).toBeGreaterThan(5);
          await alone.process.stop();
        });
      });

      describe('Elasticsearch killed', () => {
        it('costs no answer and no vote', async () => {
          const [, userId = ''] = users;
          const before = await votedOn(userId);
          const vote = await nextVote(real, userId, 'vote-without-elasticsearch');
          const search = async () => (await real.SearchPolls({ query: 'tax', first: 3 })).searchPolls.edges;
          expect(await search()).toHaveLength(3);

          await cluster.nodes[0]?.kill();
          const { recommendations } = await real.Recommendations({ userId });
          expect(recommendations.edges).toHaveLength(10);
          expect(recommendations.fallbackReason).toBe('FEATURES_UNAVAILABLE');
          const { recordVotes } = await real.RecordVotes({ votes: [vote] });
          expect(recordVotes).toMatchObject({ accepted: 1, rejected: [] });
          expect(await search()).toHaveLength(3);
          const probe = await fetch(new URL('/readyz', api.url));
          expect(probe.status).toBe(200);
          expect(await probe.json()).toMatchObject({
            ready: true,
            degraded: [expect.stringContaining('no Elasticsearch node answers')],
          });

          expect(api.process.stderr).toContain('no Elasticsearch node answers');
          expect(api.process.stderr).not.toContain(API_KEY);

          await cluster.nodes[0]?.restart();
          await eventually(async () => (await votedOn(userId)) === (before ?? 0) + 1, LONG);
          await eventually(async () => {
            const { recommendations: after } = await real.Recommendations({ userId });
            return after.source === 'PERSONALISED';
          }, LONG);
        });
      });

      describe('BigQuery away', () => {
        it(
          'keeps votes waiting, and gets each of them once',
          async () => {
            const votes = await Promise.all(
              users
                .slice(2, 12)
                .map((userId, place) => nextVote(real, userId, `vote-without-bigquery-${place}`)),
            );
            await warehouse.process.stop();
            const { recordVotes } = await real.RecordVotes({ votes });
            expect(recordVotes).toMatchObject({ accepted: votes.length, rejected: [] });
            // The same once more, as a client does that has not heard the answer.
            await real.RecordVotes({ votes });
            const waiting = async (): Promise<number> => {
              const metrics = await (await fetch(new URL('/metrics', api.url))).text();
              return Number(/^hunch_outbox_records (\d+)/m.exec(metrics)?.[1]);
            };
            expect(await waiting()).toBeGreaterThanOrEqual(votes.length);
            const away = hunch(['doctor'], realEnv);
            expect((await away.exited).code).toBe(1);
            expect(away.stdout).toMatch(/FAILED {2}warehouse .*endpoint in WAREHOUSE_URL/);

            await warehouse.restart();
            await eventually(async () => (await waiting()) === 0, LONG);
            const run = 'after-the-outage';
            for (const step of ['extract', 'clean']) {
              await hunch(['step', 'personalise', step, '--run-id', run], realEnv).succeed();
            }
            expect(await timesClean(votes, run)).toEqual(votes.map(() => 1));
          },
          DEADLINE_MS,
        );
      });
    });
  });
});
