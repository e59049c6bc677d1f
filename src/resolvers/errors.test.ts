import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, type EdgeApi, startEdge } from '../../tests/support/edge-api.js';
import { HunchError, TimedOutError, UnavailableError } from '../domain/errors.js';
import { MAX_FIELDS, MAX_ROOT_FIELDS, MAX_TOKENS } from './operation-limits.js';

const POPULAR = '{ popularPolls { nodes { id } } }';

describe('errors over HTTP', () => {
  let edge: EdgeApi;
  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge.api.close());

  const failingWith = async (fault: Error) => {
    edge.services.lists.fault = fault;
    const answer = await edge.ask(POPULAR);
    edge.services.lists.fault = null;
    return answer;
  };

  test.each([
    ['BAD_USER_INPUT', '{ popularPolls(first: 0) { nodes { id } } }'],
    ['BAD_USER_INPUT', '{ recommendations { source } }'],
    ['NOT_FOUND', '{ similarPolls(pollId: "none") { nodes { id } } }'],
    ['NOT_FOUND', 'mutation { setPollStatus(pollId: "none", status: CLOSED) { id } }'],
    ['CURSOR_EXPIRED', '{ recommendations(userId: "u1", after: "expired") { source } }'],
    ['CONFLICT', 'mutation { rollbackModel(name: POPULAR) { version } }'],
    ['GRAPHQL_PARSE_FAILED', '{ models '],
    ['GRAPHQL_VALIDATION_FAILED', '{ nothing }'],
    ['GRAPHQL_VALIDATION_FAILED', '{ popularPolls(filter: { createdAfter: "today" }) { nodes { id } } }'],
  ])('%s: %s', async (code, query) => {
    const answer = await edge.ask(query);
    expect(codeOf(answer)).toBe(code);
    expect(answer.text).not.toMatch(/stacktrace|node_modules|\.ts:\d/);
  });

  test('a variable of the wrong form is BAD_USER_INPUT and names its place', async () => {
    const answer = await edge.ask(
      'mutation ($votes: [VoteInput!]!) { recordVotes(votes: $votes) { accepted } }',
      { votes: [{ userId: 'u1', pollId: 'p1', optionId: 'agree', votedAt: '2026-02-30T00:00:00Z' }] },
    );
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    expect(answer.errors[0]?.message).toContain('votes[0].votedAt');
  });

  test.each([
    [new UnavailableError('The model does not answer.'), 'UNAVAILABLE'],
    [new TimedOutError('The model took too long.'), 'UNAVAILABLE'],
    [new HunchError('INVALID_MODEL', 'The model holds NaN.'), 'CONFLICT'],
  ])('%s keeps its message and becomes %s', async (fault, code) => {
    const answer = await failingWith(fault);
    expect(answer.errors).toEqual([
      expect.objectContaining({ message: fault.message, path: ['popularPolls'], extensions: { code } }),
    ]);
  });

  test.each([
    new Error('password of the store: hunter2'),
    new HunchError('INVALID_CONFIGURATION', 'password of the store: hunter2'),
  ])(
    'what is nobody else’s business is told by a request id only, and logged under it: %s',
    async (fault) => {
      const answer = await failingWith(fault);
      expect(answer.text).not.toContain('hunter2');
      expect(codeOf(answer)).toBe('INTERNAL_SERVER_ERROR');
      const requestId = answer.errors[0]?.extensions.requestId;
      expect(answer.errors[0]?.message).toContain(requestId);
      const line = edge.logged.find((entry) => entry.includes(String(requestId)));
      expect(line).toContain('hunter2');
      expect(line).toContain('"stack"');
    },
  );

  test('documents that ask for too much are refused', async () => {
    const many = (count: number, field: (n: number) => string): string =>
      Array.from({ length: count }, (_, n) => field(n)).join(' ');
    const refusal = async (query: string) => {
      const answer = await edge.ask(query);
      expect(answer.data).toBeNull();
      return answer.errors.map(({ message }) => message).join('\n');
    };
    const ids = many(MAX_FIELDS, (n) => `a${n}: id`);
    expect(await refusal(`{ poll(id: "p1") { ${ids} } }`)).toContain(`has ${MAX_FIELDS + 1} fields`);
    const roots = many(MAX_ROOT_FIELDS + 1, (n) => `a${n}: poll(id: "p1") { id }`);
    expect(await refusal(`{ ${roots} }`)).toContain('fields at its root');
    expect(await refusal(`{ ${many(MAX_TOKENS, () => 'id')} }`)).toContain('tokens');
    const spread = `{ poll(id: "p1") { ${many(20, () => '...A')} } } fragment A on Poll { ${many(30, (n) => `a${n}: id`)} }`;
    expect(await refusal(spread)).toContain('has 601 fields');
    const rootSpread = `{ ...Q ...Q } fragment Q on Query { ${many(12, (n) => `a${n}: poll(id: "p1") { id }`)} }`;
    expect(await refusal(rootSpread)).toContain('fields at its root');
    const deep = `{ poll(id: "p1") ${'{ ... on Poll '.repeat(20)}{ id }${'}'.repeat(20)} }`;
    expect((await edge.ask(deep)).errors).toEqual([]);
    expect(await refusal('{ poll(id: "p1") { ...A } } fragment A on Poll { id ...A }')).toContain('itself');
  });

  test('what is no GraphQL request is told so in the shape of a GraphQL error', async () => {
    const post = async (body: string, type = 'application/json') => {
      const response = await fetch(`${edge.api.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      return { status: response.status, text: await response.text() };
    };
    expect(await post('{"query": ')).toMatchObject({
      status: 400,
      text: expect.stringContaining('BAD_REQUEST'),
    });
    expect(await post('{}')).toMatchObject({ status: 400, text: expect.stringContaining('BAD_REQUEST') });
    expect(await post('x'.repeat(1024 * 1024 + 1))).toMatchObject({
      status: 413,
      text: expect.stringContaining('BAD_REQUEST'),
    });
    expect(await post('query=1', 'application/x-www-form-urlencoded')).toMatchObject({ status: 415 });
    // A page of another site may send this without asking the browser's leave first.
    expect(await post('{"query":"{ models { name } }"}', 'text/plain')).toMatchObject({ status: 400 });
    const elsewhere = await edge.get('/nowhere?secret=1');
    expect(elsewhere.status).toBe(404);
    expect(await elsewhere.json()).toEqual({
      errors: [{ message: 'There is nothing at GET /nowhere.', extensions: { code: 'NOT_FOUND' } }],
    });
  });

  test('operations are counted by field and outcome', async () => {
    const text = await (await edge.get('/metrics')).text();
    expect(text).toMatch(
      /hunch_graphql_operations_total\{type="query",field="similarPolls",outcome="NOT_FOUND"\} [1-9]/,
    );
    expect(text).toMatch(
      /hunch_graphql_operations_total\{type="none",field="none",outcome="GRAPHQL_PARSE_FAILED"\} [1-9]/,
    );
    expect(text).toMatch(
      /hunch_http_request_duration_seconds_count\{method="POST",route="\/graphql",status="200"\} [1-9]/,
    );
  });
});

test('outside development mode the schema is not told, neither by introspection nor by hints', async () => {
  const edge = await startEdge({ SERVICE_KEYS: ['key'] });
  try {
    const introspection = await edge.ask('{ __schema { types { name } } }');
    expect(codeOf(introspection)).toBe('GRAPHQL_VALIDATION_FAILED');
    const hint = await edge.ask('{ popularPoll { nodes { id } } }');
    expect(hint.text).not.toContain('popularPolls');
  } finally {
    await edge.api.close();
  }
});
