import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EdgeApi, startEdge } from '../../tests/support/edge-api.js';
import { NOW } from '../../tests/support/edge-services.js';

const SUMMARY = '{ accepted duplicates rejected { index code message } }';

describe('recording over HTTP', () => {
  let edge: EdgeApi;
  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge.api.close());

  test('votes arrive parsed; a malformed one is refused in its place', async () => {
    const good = { userId: 'u1', pollId: 'p1', optionId: 'agree' };
    const { data } = await edge.ask(
      `mutation ($votes: [VoteInput!]!) { recordVotes(votes: $votes) ${SUMMARY} }`,
      {
        votes: [
          { ...good, eventId: 'e1', votedAt: '2026-11-23T17:00:00Z', recommendationId: 'r1' },
          { ...good, pollId: '' },
          good,
          { ...good, userId: undefined },
          { ...good, optionId: 'x'.repeat(300) },
          { ...good, recommendationId: 'r'.repeat(5_000) },
        ],
      },
    );
    expect(data).toEqual({
      recordVotes: {
        accepted: 2,
        duplicates: 0,
        rejected: [
          { index: 1, code: 'INVALID', message: expect.stringContaining('votes.1.pollId') },
          { index: 3, code: 'INVALID', message: expect.stringContaining('votes.3.userId') },
          { index: 4, code: 'INVALID', message: expect.stringContaining('votes.4.optionId') },
          { index: 5, code: 'INVALID', message: expect.stringContaining('votes.5.recommendationId') },
        ],
      },
    });
    expect(edge.services.recorder.votes[0]).toEqual({
      userId: 'u1',
      pollId: 'p1',
      optionId: 'agree',
      eventId: 'e1',
      at: NOW - 3_600_000,
      recommendationId: 'r1',
    });
    expect(edge.services.recorder.votes[2]).toMatchObject({
      eventId: null,
      at: null,
      recommendationId: null,
    });
  });

  test('impressions and interactions have fields of their own', async () => {
    const { data } = await edge.ask(`mutation {
      recordImpressions(impressions: [
        { userId: "u1", pollId: "p1", position: 0, seenAt: "2026-11-23T18:00:00Z" }
        { userId: "u1", pollId: "p1", position: -1 }
      ]) ${SUMMARY}
      recordInteractions(interactions: [{ userId: "u1", pollId: "p2", kind: DISMISS }]) ${SUMMARY}
    }`);
    expect(data).toMatchObject({
      recordImpressions: { accepted: 1, rejected: [{ index: 1, code: 'INVALID' }] },
      recordInteractions: { accepted: 1, rejected: [] },
    });
    expect(edge.services.recorder.impressions[0]).toMatchObject({ position: 0, at: NOW });
    expect(edge.services.recorder.interactions[0]).toMatchObject({ kind: 'DISMISS', pollId: 'p2' });
  });

  test('more than 1,000 at once are refused as a whole', async () => {
    const votes = Array.from({ length: 1_001 }, () => ({ userId: 'u1', pollId: 'p1', optionId: 'agree' }));
    const before = edge.services.recorder.votes.length;
    const answer = await edge.ask(
      `mutation ($votes: [VoteInput!]!) { recordVotes(votes: $votes) ${SUMMARY} }`,
      { votes },
    );
    expect(answer.errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', path: 'votes' });
    expect(edge.services.recorder.votes).toHaveLength(before);
  });

  test('polls are checked one by one', async () => {
    const good = {
      id: 'new',
      question: 'A new poll?',
      options: [
        { id: 'yes', label: 'Yes' },
        { id: 'no', label: 'No' },
      ],
      topics: ['music', 'music'],
      createdAt: '2026-11-23T18:00:00Z',
    };
    const bad: [object, string][] = [
      [{ options: [good.options[0], { id: '', label: 'x' }] }, 'options.1.id'],
      [{ options: [good.options[0], { id: 'x', label: 'x'.repeat(501) }] }, 'options.1.label'],
      [{ id: '' }, '.id is empty'],
      [{ language: 'not a tag' }, 'language'],
      [{ question: 'x'.repeat(2_001) }, 'question'],
      [{ topics: [''] }, 'topics.0'],
      [{ authorId: '' }, 'authorId'],
    ];
    const { data } = await edge.ask(
      `mutation ($polls: [PollInput!]!) { upsertPolls(polls: $polls) ${SUMMARY} }`,
      { polls: [good, ...bad.map(([change]) => ({ ...good, ...change }))] },
    );
    expect(data).toEqual({
      upsertPolls: {
        accepted: 1,
        duplicates: 0,
        rejected: bad.map(([, message], index) => ({
          index: index + 1,
          code: 'INVALID',
          message: expect.stringContaining(message),
        })),
      },
    });
    expect(edge.services.catalogue.entries.get('new')).toEqual({
      ...good,
      topics: ['music'],
      language: null,
      authorId: null,
      createdAt: NOW,
      closesAt: null,
      status: 'OPEN',
    });
    const hidden = await edge.ask('mutation { setPollStatus(pollId: "new", status: HIDDEN) { id status } }');
    expect(hidden.data).toEqual({ setPollStatus: { id: 'new', status: 'HIDDEN' } });
  });

  test('users choose interests, are merged and forgotten', async () => {
    const fields = '{ userId votes topics { topic weight } languages updatedAt }';
    const chosen = await edge.ask(
      `mutation { setInterests(userId: "visitor", topics: ["art", "art"], languages: ["de"]) ${fields} }`,
    );
    const features = {
      userId: 'visitor',
      votes: 0,
      topics: [{ topic: 'art', weight: 1 }],
      languages: ['de'],
      updatedAt: '2026-11-23T18:00:00.000Z',
    };
    expect(chosen.data).toEqual({ setInterests: features });
    const merged = await edge.ask(`mutation { mergeUsers(from: "visitor", into: "u2") ${fields} }`);
    expect(merged.data).toEqual({ mergeUsers: { ...features, userId: 'u2' } });
    const forgotten = await edge.ask('mutation { forgetUser(userId: "u2") { userId erasedAt } }');
    expect(forgotten.data).toEqual({ forgetUser: { userId: 'u2', erasedAt: '2026-11-23T18:00:00.000Z' } });
    const nobody = await edge.ask(`{ userFeatures(userId: "u2") ${fields} }`);
    expect(nobody.data).toEqual({ userFeatures: null });
    const same = await edge.ask('mutation { mergeUsers(from: "u1", into: "u1") { votes } }');
    expect(same.errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', path: 'into' });
  });

  test('one request reads the features of its users in one go', async () => {
    edge.services.featureReads.length = 0;
    const { data } = await edge.ask(
      '{ a: userFeatures(userId: "u1") { votes } b: userFeatures(userId: "u9") { votes } c: userFeatures(userId: "u1") { votes } }',
    );
    expect(data).toEqual({ a: { votes: 1 }, b: null, c: { votes: 1 } });
    expect(edge.services.featureReads).toEqual([['u1', 'u9']]);
  });

  test('models tell where they stand, and operators act on them', async () => {
    const { data } = await edge.ask(
      '{ models { name state trainedAt replicas { ready latencyMs } lastRun { state } } modelStatus(name: POPULAR) { version } }',
    );
    expect(data).toMatchObject({
      models: [
        { name: 'PERSONALISATION', state: 'READY', trainedAt: '2026-11-23T17:00:00.000Z' },
        { name: 'POPULAR' },
      ],
      modelStatus: { version: 'v1' },
    });
    const over = await edge.ask(
      'mutation { setCanary(name: POPULAR, version: "v2", percent: 101) { name } }',
    );
    expect(over.errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', path: 'percent' });
    const canary = await edge.ask(
      'mutation { setCanary(name: POPULAR, version: "v2", percent: 10) { name } }',
    );
    expect(canary.data).toEqual({ setCanary: { name: 'POPULAR' } });
  });
});
