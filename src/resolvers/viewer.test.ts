import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, type EdgeApi, startEdge } from '../../tests/support/edge-api.js';

const SECRET = 'a secret of thirty-two characters or more';
const KEY = 'service-key-1';

const token = (subject: string | null, { secret = SECRET, algorithm = 'HS256', expires = '1h' } = {}) => {
  const jwt = new SignJWT({}).setProtectedHeader({ alg: algorithm }).setExpirationTime(expires);
  if (subject !== null) jwt.setSubject(subject);
  return jwt.sign(new TextEncoder().encode(secret));
};
const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
const forUser = (userId?: string): string =>
  `{ recommendations${userId === undefined ? '' : `(userId: "${userId}")`} { source } }`;

describe('with a secret and service keys', () => {
  let edge: EdgeApi;
  let mine: Record<string, string>;
  beforeAll(async () => {
    edge = await startEdge({ AUTH_JWT_SECRET: SECRET, SERVICE_KEYS: [KEY, 'service-key-2'] });
    mine = bearer(await token('u1'));
  });
  afterAll(() => edge.api.close());

  test('a token stands for its subject, and for nobody else', async () => {
    expect((await edge.ask(forUser(), {}, mine)).errors).toEqual([]);
    expect(edge.services.lists.asked.at(-1)).toMatchObject({ userId: 'u1' });
    expect((await edge.ask(forUser('u1'), {}, mine)).errors).toEqual([]);
    const other = await edge.ask(forUser('u2'), {}, mine);
    expect(other.errors[0]?.extensions).toEqual({ code: 'FORBIDDEN', path: 'userId' });
    await edge.ask('{ popularPolls { nodes { id } } }', {}, mine);
    expect(edge.services.lists.asked.at(-1)).toMatchObject({ userId: 'u1' });
  });

  test.each([
    ['{ userFeatures(userId: "u2") { votes } }'],
    ['{ popularPolls(userId: "u2") { nodes { id } } }'],
    ['{ similarPolls(pollId: "p1", userId: "u2") { nodes { id } } }'],
    ['{ searchPolls(query: "x", userId: "u2") { nodes { id } } }'],
    ['mutation { setInterests(userId: "u2", topics: []) { votes } }'],
    ['mutation { forgetUser(userId: "u2") { erasedAt } }'],
    ['mutation { mergeUsers(from: "u1", into: "u2") { votes } }'],
    ['mutation { upsertPolls(polls: []) { accepted } }'],
    ['mutation { setPollStatus(pollId: "p1", status: HIDDEN) { id } }'],
    ['mutation { promoteModel(name: POPULAR, version: "v2") { version } }'],
    ['mutation { rollbackModel(name: POPULAR) { version } }'],
    ['mutation { setCanary(name: POPULAR, version: "v2", percent: 1) { version } }'],
  ])("with a user's token: FORBIDDEN; with none: UNAUTHENTICATED: %s", async (query) => {
    expect(codeOf(await edge.ask(query, {}, mine))).toBe('FORBIDDEN');
    expect(codeOf(await edge.ask(query))).toBe('UNAUTHENTICATED');
  });

  test("another user's event is refused in its place, and the own ones are taken", async () => {
    const vote = (userId?: string) => ({ userId, pollId: 'p1', optionId: 'agree' });
    const query =
      'mutation ($votes: [VoteInput!]!) { recordVotes(votes: $votes) { accepted rejected { index code } } }';
    const answer = await edge.ask(query, { votes: [vote(), vote('u2'), vote('u1')] }, mine);
    expect(answer.data).toEqual({
      recordVotes: { accepted: 2, rejected: [{ index: 1, code: 'FORBIDDEN' }] },
    });
    expect(codeOf(await edge.ask(query, { votes: [vote('u1')] }))).toBe('UNAUTHENTICATED');
  });

  test.each([
    ['Authorization', bearer(KEY)],
    ['x-api-key', { 'x-api-key': 'service-key-2' }],
  ])('a service key in %s may name anyone and operate, and must name the user', async (_where, headers) => {
    expect((await edge.ask(forUser('u2'), {}, headers)).errors).toEqual([]);
    const nobody = await edge.ask(forUser(), {}, headers);
    expect(nobody.errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', path: 'userId' });
    const promoted = await edge.ask(
      'mutation { promoteModel(name: POPULAR, version: "v2") { version } }',
      {},
      headers,
    );
    expect(promoted.data).toEqual({ promoteModel: { version: 'v2' } });
  });

  test('what is public needs no credentials', async () => {
    const { data } = await edge.ask('{ poll(id: "p1") { id } popularPolls(first: 1) { nodes { id } } }');
    expect(data).toEqual({ poll: { id: 'p1' }, popularPolls: { nodes: [{ id: 'p1' }] } });
  });

  test('credentials that are not good are refused, whatever is asked', async () => {
    const refused: Record<string, string>[] = [
      bearer('not-a-token'),
      bearer(await token('u1', { secret: 'another secret of thirty-two characters' })),
      bearer(await token('u1', { expires: '-1m' })),
      bearer(await token('u1', { algorithm: 'HS512' })),
      bearer(await token(null)),
      bearer(await token('')),
      bearer(new UnsecuredJWT({ sub: 'u1' }).encode()),
      { authorization: 'Basic dTE6' },
      { 'x-api-key': 'service-key-3' },
      { 'x-api-key': '' },
    ];
    for (const headers of refused) {
      const answer = await edge.ask('{ poll(id: "p1") { id } }', {}, headers);
      expect([headers, answer.status, answer.data, codeOf(answer)]).toEqual([
        headers,
        401,
        null,
        'UNAUTHENTICATED',
      ]);
    }
  });

  test('the entry page shows no users, and there is no playground', async () => {
    const page = await (await edge.get('/?user=u1')).text();
    expect(page).not.toContain('u1');
    expect((await edge.get('/graphql', { accept: 'text/html' })).status).toBe(404);
    expect((await edge.get('/playground/examples.json')).status).toBe(404);
  });
});

describe('in development mode', () => {
  let edge: EdgeApi;
  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge.api.close());

  test('anyone may name anyone, and must name somebody', async () => {
    expect((await edge.ask(forUser('u2'))).errors).toEqual([]);
    const answer = await edge.ask(forUser());
    expect(answer.errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', path: 'userId' });
    expect(answer.errors[0]?.message).toContain('name the user');
  });

  test('the log says that the API is open', () => {
    expect(edge.logged.join('')).toContain('anyone may do anything');
  });
});
