import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, type EdgeApi, startEdge } from '../../tests/support/edge-api.js';
import { samplePoll } from '../../tests/support/edge-services.js';

const ALL_OF_A_PAGE = `{
  edges { cursor score node { id question topics language authorId createdAt closesAt status
    options { id label votes share } stats { votes votesLastDay score } }
    reason { kind text weight poll { id } option { id label share } } }
  nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  recommendationId source fallbackReason model { name version } generatedAt
}`;

describe('lists over HTTP', () => {
  let edge: EdgeApi;
  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge.api.close());

  test('a page of recommendations holds polls with their numbers, reasons and where it came from', async () => {
    const { data, errors } = await edge.ask(
      `query ($userId: ID) { recommendations(userId: $userId, first: 2) ${ALL_OF_A_PAGE} }`,
      { userId: 'u1' },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      recommendations: {
        edges: [
          expect.objectContaining({ cursor: '1' }),
          expect.objectContaining({ cursor: '2', score: 0.5 }),
        ],
        nodes: [{ id: 'p1' }, { id: 'p2' }],
        pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: '1', endCursor: '2' },
        recommendationId: 'r1',
        source: 'PERSONALISED',
        fallbackReason: null,
        model: { name: 'PERSONALISATION', version: 'v1' },
        generatedAt: '2026-11-23T18:00:00.000Z',
      },
    });
    const page = data as { recommendations: { edges: unknown[] } };
    expect(page.recommendations.edges[0]).toMatchObject({
      node: {
        id: 'p1',
        createdAt: '2026-11-22T18:00:00.000Z',
        closesAt: null,
        status: 'OPEN',
        options: [
          { id: 'agree', label: 'Agree', votes: 3, share: 0.75 },
          { id: 'disagree', label: 'Disagree', votes: 1, share: 0.25 },
        ],
        stats: { votes: 4, votesLastDay: 2, score: 1.5 },
      },
      reason: {
        kind: 'BECAUSE_YOU_VOTED',
        weight: 0.5,
        poll: { id: 'p2' },
        option: { id: 'agree', label: 'Agree', share: 0.75 },
      },
    });
  });

  test('arguments reach the lists parsed, with their defaults', async () => {
    await edge.ask('{ recommendations(userId: "u1") { source } }');
    expect(edge.services.lists.asked.at(-1)).toMatchObject({
      userId: 'u1',
      first: 10,
      after: null,
      filter: {},
      context: { topics: [], languages: [] },
      scenario: 'home',
      personalised: true,
    });
    const { data } = await edge.ask(
      `{ recommendations(userId: "u1", first: null, after: "2", personalised: false, scenario: "digest",
           context: { languages: ["de"] },
           filter: { topics: ["music"], excludePolls: ["p1"], createdAfter: "2026-11-01T00:00:00+01:00" })
         { source fallbackReason } }`,
    );
    expect(data).toEqual({ recommendations: { source: 'POPULAR', fallbackReason: 'OPTED_OUT' } });
    expect(edge.services.lists.asked.at(-1)).toMatchObject({
      first: 10,
      after: '2',
      scenario: 'digest',
      personalised: false,
      context: { languages: ['de'], topics: [] },
      filter: {
        topics: ['music'],
        excludePolls: ['p1'],
        createdAfter: Date.parse('2026-10-31T23:00:00Z'),
      },
    });
  });

  test('the other lists take their own arguments', async () => {
    const page = '{ nodes { id } edges { cursor score } recommendationId pageInfo { endCursor } }';
    const { data } = await edge.ask(`{
      popularPolls(first: 1, order: NEWEST) ${page}
      similarPolls(pollId: "p1", first: 1, after: "1") ${page}
      searchPolls(query: "poll", userId: "u1", first: 1, after: "2") ${page}
    }`);
    const one = (id: string, place: number) => ({
      nodes: [{ id }],
      edges: [{ cursor: String(place), score: 1 / place }],
      recommendationId: 'r1',
      pageInfo: { endCursor: String(place) },
    });
    expect(data).toEqual({
      popularPolls: one('p1', 1),
      similarPolls: one('p2', 2),
      searchPolls: one('p3', 3),
    });
    expect(edge.services.lists.asked).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ order: 'NEWEST', userId: null }),
        expect.objectContaining({ pollId: 'p1' }),
        expect.objectContaining({ query: 'poll', userId: 'u1' }),
      ]),
    );
  });

  test('a poll that has left the catalogue meanwhile is left out, and the page can still be continued', async () => {
    edge.services.lists.vanished.push('gone');
    const { data } = await edge.ask(
      '{ popularPolls(first: 3, after: "3") { nodes { id } edges { cursor } pageInfo { endCursor } } }',
    );
    edge.services.lists.vanished.length = 0;
    expect(data).toEqual({
      popularPolls: {
        nodes: [{ id: 'p4' }, { id: 'p5' }],
        edges: [{ cursor: '4' }, { cursor: '5' }],
        pageInfo: { endCursor: '6' },
      },
    });
  });

  test.each([
    ['{ popularPolls(first: 0) { nodes { id } } }', 'first'],
    ['{ popularPolls(first: 101) { nodes { id } } }', 'first'],
    ['{ similarPolls(pollId: "") { nodes { id } } }', 'pollId'],
    [`{ similarPolls(pollId: "${'x'.repeat(257)}") { nodes { id } } }`, 'pollId'],
    ['{ similarPolls(pollId: "a\\u0000b") { nodes { id } } }', 'pollId'],
    [`{ searchPolls(query: "${'x'.repeat(501)}") { nodes { id } } }`, 'query'],
    ['{ popularPolls(filter: { topics: ["ok", ""] }) { nodes { id } } }', 'filter.topics.1'],
    ['{ recommendations(userId: "u1", context: { languages: [""] }) { source } }', 'context.languages.0'],
    ['{ recommendations(userId: "u1", scenario: "") { source } }', 'scenario'],
    ['{ recommendations(userId: "") { source } }', 'userId'],
  ])('%s is refused, naming %s', async (query, path) => {
    const answer = await edge.ask(query);
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    expect(answer.errors[0]?.extensions.path).toBe(path);
    expect(answer.errors[0]?.message).toContain(path);
  });

  test('a list of more than 1,000 values is refused; one of 1,000 is not', async () => {
    const query = 'query ($ids: [ID!]!) { polls(ids: $ids) { id } }';
    const ids = Array.from({ length: 1_001 }, (_, index) => `p${index}`);
    const refused = await edge.ask(query, { ids });
    expect(refused.errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', path: 'ids' });
    const { data } = await edge.ask(query, { ids: ids.slice(0, 1_000) });
    expect((data as { polls: unknown[] }).polls).toHaveLength(1_000);
  });

  test('polls come in the order asked for, null where there is none', async () => {
    edge.services.catalogue.entries.set('hidden', samplePoll('hidden', { status: 'HIDDEN' }));
    const { data } = await edge.ask(
      '{ polls(ids: ["p2", "none", "p1"]) { id } poll(id: "hidden") { id status } none: poll(id: "none") { id } }',
    );
    edge.services.catalogue.entries.delete('hidden');
    expect(data).toEqual({
      polls: [{ id: 'p2' }, null, { id: 'p1' }],
      poll: { id: 'hidden', status: 'HIDDEN' },
      none: null,
    });
  });
});
