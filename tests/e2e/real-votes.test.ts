import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { beforeAll, expect, it } from 'vitest';
import { createHunchClient, type HunchClient } from '../../src/client/index.js';
import { childProcesses } from '../support/processes.js';
import { describeWithRealVotes } from '../support/real-votes.js';
import { tempFolders } from '../support/temp-folder.js';

interface Row {
  readonly user_id: string;
  readonly poll_id: string;
  readonly author_id: string;
}

async function rows(file: string): Promise<Row[]> {
  const parsed = createReadStream(file)
    .pipe(createGunzip())
    .pipe(parse({ columns: true }));
  return parsed.toArray() as Promise<Row[]>;
}

describeWithRealVotes('the whole path on real votes', (files) => {
  const folders = tempFolders();
  const processes = childProcesses();
  /** Polls that a user may not be shown: voted on or written. */
  const touched = new Map<string, Set<string>>();
  let busiest: string[];
  let hunch: HunchClient;
  let summary: { readonly votes?: unknown } & Record<string, unknown>;

  beforeAll(async () => {
    const env = {
      DATA_DIR: await folders.make(),
      PORT: '0',
      REQUEST_BUDGET_MS: '5000',
      INFERENCE_BUDGET_MS: '4000',
    };
    const touch = (user: string, poll: string) =>
      touched.set(user, (touched.get(user) ?? new Set()).add(poll));
    for (const row of await rows(files.trainVotes)) touch(row.user_id, row.poll_id);
    busiest = [...touched].sort(([, a], [, b]) => b.size - a.size).map(([user]) => user);
    for (const row of await rows(files.polls)) touch(row.author_id, row.poll_id);

    const load = [
      'import',
      '--polls',
      files.polls,
      '--topics',
      files.topics,
      '--votes',
      files.trainVotes,
      '--json',
    ];
    summary = JSON.parse(await processes.hunch(load, { env }).succeed()) as typeof summary;
    await Promise.all(
      ['personalise', 'popular'].map((flow) => processes.hunch(['flow', 'run', flow], { env }).succeed()),
    );
    const up = processes.hunch(['up', '--no-schedule'], { env });
    const [, url = ''] = await up.waitFor(/^READY (\S+)/m, 120_000);
    expect(up.stdout).not.toMatch(/Training|sample data/);
    hunch = createHunchClient(url);
  }, 240_000);

  it('imports every vote', () => {
    expect(JSON.stringify(summary)).toContain('201434');
  });

  it('recommends to real users what they have neither voted on nor written, page after page', async () => {
    for (const userId of busiest.slice(0, 20)) {
      const seen: string[] = [];
      let after: string | null = null;
      for (let page = 0; page < 3; page += 1) {
        const answer: Awaited<ReturnType<HunchClient['RecommendationsNextPage']>> =
          await hunch.RecommendationsNextPage({
            userId,
            first: 10,
            after,
          });
        seen.push(...answer.recommendations.nodes.map(({ id }) => id));
        after = answer.recommendations.pageInfo.endCursor ?? null;
      }
      expect(seen).toHaveLength(30);
      expect(new Set(seen).size).toBe(30);
      for (const id of seen) expect(touched.get(userId)).not.toContain(id);
    }
  });

  it('recommends different polls to different users of one topic', async () => {
    const topicOf = (user: string) => user.slice(0, user.indexOf('.'));
    const [first = ''] = busiest;
    const peers = busiest.filter((user) => topicOf(user) === topicOf(first)).slice(0, 10);
    const lists = await Promise.all(
      peers.map(async (userId) => {
        const { recommendations } = await hunch.Recommendations({ userId });
        return recommendations.edges.map(({ node }) => node.id).join(' ');
      }),
    );
    expect(new Set(lists).size).toBeGreaterThan(peers.length / 2);
  });

  it('knows the topics of a user, similar polls, and polls by their text', async () => {
    const [userId = ''] = busiest;
    const { userFeatures } = await hunch.UserFeatures({ userId });
    expect(userFeatures?.topics[0]?.topic).toBe(userId.slice(0, userId.indexOf('.')));
    const { similarPolls } = await hunch.SimilarPolls({ pollId: 'brexit.p1', first: 5 });
    expect(similarPolls.edges).toHaveLength(5);
    const { searchPolls } = await hunch.SearchPolls({ query: '消費税' });
    expect(searchPolls.edges.length).toBeGreaterThan(0);
  });
});
