import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type EdgeApi, startEdge } from '../../tests/support/edge-api.js';
import { NOW } from '../../tests/support/edge-services.js';
import { packageRoot } from '../platform/package-root.js';
import { createHunchClient, type HunchClient, type ModelRefreshEvent } from './index.js';

test('the generated client is up to date; else run `npm run codegen`', { timeout: 60_000 }, async () => {
  const program = join(packageRoot(), 'node_modules', '@graphql-codegen', 'cli', 'cjs', 'bin.js');
  const run = promisify(execFile)(process.execPath, [program, '--config', 'codegen.yml', '--check'], {
    cwd: packageRoot(),
  });
  await expect(run).resolves.toMatchObject({ stdout: expect.any(String) });
});

describe('the typed client', () => {
  let edge: EdgeApi;
  let client: HunchClient;
  beforeAll(async () => {
    edge = await startEdge({ SERVICE_KEYS: ['key'] });
    await edge.services.models.followed;
    client = createHunchClient(`${edge.api.url}/graphql`, { token: () => 'key', webSocketImpl: WebSocket });
  });
  afterAll(async () => {
    await client.close();
    await edge.api.close();
  });

  test('asks, pages and records', async () => {
    const { recommendations } = await client.Recommendations({ userId: 'u1', first: 2 });
    expect(recommendations.edges.map(({ node }) => node.id)).toEqual(['p1', 'p2']);
    const next = await client.RecommendationsNextPage({
      userId: 'u1',
      first: 2,
      after: recommendations.pageInfo.endCursor,
    });
    expect(next.recommendations.nodes.map(({ id }) => id)).toEqual(['p3', 'p4']);
    const { recordVotes } = await client.RecordVotes({
      votes: [{ userId: 'u1', pollId: 'p1', optionId: 'agree' }],
    });
    expect(recordVotes).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
  });

  test('an error of the API rejects, with its code', async () => {
    await expect(client.SimilarPolls({ pollId: 'none' })).rejects.toMatchObject({
      response: { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    });
  });

  test('streams refreshes until the reader has enough', async () => {
    const events: ModelRefreshEvent[] = [];
    for await (const event of client.modelRefreshed(['POPULAR'])) {
      events.push(event);
      if (event.replayed) edge.services.models.refresh('POPULAR', 'v2', NOW + 1);
      else break;
    }
    expect(events).toMatchObject([
      { version: 'v1', replayed: true },
      { version: 'v2', replayed: false },
    ]);
  });
});
