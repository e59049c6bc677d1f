import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelVersion, pollId } from '../../domain/ids.js';
import type { ModelClient } from './model-client.js';

export interface ModelClientSubject {
  readonly client: ModelClient;
  /** The version that is served and one that is on disk beside it; null for a server that knows no versions. */
  readonly versions: { readonly served: string; readonly other: string } | null;
  readonly close: () => Promise<void>;
}

const PATIENT = { timeoutMs: 10_000 };
const ids = (numbers: readonly number[]) => numbers.map((n) => pollId(`p${n}`));

/**
 * What every server behind a ModelClient must do. `open` serves the tiny models of tests/support/tiny-model.ts with 40 polls and
 * offset 0 (the other version: offset 5), in which a vote `pN:agree` lifts poll N+1 by 1, `pN:disagree` lowers it by 1, and
 * earlier polls come first otherwise.
 */
export function modelClientContract(title: string, open: () => Promise<ModelClientSubject>): void {
  describe(`${title} keeps the ModelClient contract`, () => {
    let subject: ModelClientSubject;
    let client: ModelClient;
    beforeAll(async () => {
      subject = await open();
      client = subject.client;
    }, 120_000);
    afterAll(() => subject?.close());

    it('gives the polls that the history speaks for, best first, and the token that weighed most', async () => {
      const { items } = await client.topPolls(
        { history: ['p7:agree', 'p0:disagree', 'unheard:of'], exclude: ids([0, 2]), limit: 4 },
        PATIENT,
      );
      expect(items.map(({ pollId: id }) => id)).toEqual(ids([8, 3, 4, 5]));
      expect(items.map(({ because }) => because)).toEqual(['p7:agree', null, null, null]);
      expect(items[0]?.score).toBeCloseTo(1.08, 5);
      expect(items.map(({ becauseWeight }) => becauseWeight)).toEqual([1, null, null, null]);
    });

    it('answers for users it knows nothing of', async () => {
      const { items } = await client.topPolls({ history: [], exclude: [], limit: 3 }, PATIENT);
      expect(items.map(({ pollId: id }) => id)).toEqual(ids([0, 1, 2]));
      const unheard = await client.topPolls(
        { history: ['no', '@topic:ø', 'a:b:c', '😀:x'], exclude: [], limit: 2 },
        PATIENT,
      );
      expect(unheard.items.map(({ pollId: id }) => id)).toEqual(ids([0, 1]));
    });

    it('gives what is left where fewer polls are left than asked for', async () => {
      const all = Array.from({ length: 38 }, (_, n) => n);
      const { items } = await client.topPolls({ history: [], exclude: ids(all), limit: 10 }, PATIENT);
      expect(items.map(({ pollId: id }) => id)).toEqual(ids([38, 39]));
      expect((await client.topPolls({ history: [], exclude: [], limit: 1_000 }, PATIENT)).items).toHaveLength(
        40,
      );
    });

    it('ranks the candidates in the order given, unknown ones too', async () => {
      const candidates = [pollId('unheard'), ...ids([4, 0])];
      const { items } = await client.rankCandidates({ history: ['p3:agree'], candidates }, PATIENT);
      expect(items.map((item) => item.pollId)).toEqual(candidates);
      expect(items[0]).toEqual({ pollId: 'unheard', score: 0, answer: 0.5, liking: 0.5 });
      expect(items[1]?.score).toBeCloseTo(1.09, 5);
      expect(items[1]?.liking).toBeCloseTo(1 / (1 + Math.exp(-1.09)), 5);
      expect(items[1]?.answer).toBeCloseTo(1 / (1 + Math.exp(-0.545)), 5);
      expect(await client.rankCandidates({ history: [], candidates: [] }, PATIENT)).toMatchObject({
        items: [],
      });
    });

    it('gives popular polls of a segment', async () => {
      const odd = await client.popularPolls(
        { segment: ['@topic:odd'], exclude: ids([1]), limit: 3 },
        PATIENT,
      );
      expect(odd.items.map(({ pollId: id }) => id)).toEqual(ids([3, 5, 7]));
      expect(odd.items[0]?.because).toBeNull();
      const all = await client.popularPolls({ segment: [], exclude: [], limit: 2 }, PATIENT);
      expect(all.items.map(({ pollId: id }) => id)).toEqual(ids([0, 1]));
      const none = await client.popularPolls({ segment: ['@topic:none'], exclude: [], limit: 2 }, PATIENT);
      expect(none.items).toEqual([]);
    });

    it('answers requests of one tick as it answers each alone', async () => {
      const requests = Array.from({ length: 100 }, (_, n) => ({
        history: Array.from(
          { length: n % 7 },
          (_, k) => `p${(n * 5 + k * 3) % 40}:${k % 2 ? 'agree' : 'disagree'}`,
        ),
        exclude: ids(Array.from({ length: n % 4 }, (_, k) => (n + k * 11) % 40)),
        limit: 1 + (n % 60),
      }));
      const together = await Promise.all(requests.map((request) => client.topPolls(request, PATIENT)));
      const ranked = await Promise.all(
        requests.map(({ history, limit }) =>
          client.rankCandidates(
            { history, candidates: ids(Array.from({ length: limit }, (_, n) => n)) },
            PATIENT,
          ),
        ),
      );
      for (const n of [0, 1, 13, 59, 64, 99]) {
        const request = requests[n] ?? { history: [], exclude: [], limit: 1 };
        const alone = await client.topPolls(request, PATIENT);
        expect(together[n]).toEqual(alone);
        const scores = new Map(alone.items.map(({ pollId: id, score }) => [id, score]));
        for (const { pollId: id, score } of ranked[n]?.items ?? []) {
          if (scores.has(id)) expect(score).toBeCloseTo(scores.get(id) ?? Number.NaN, 5);
        }
      }
    });

    it('leaves a caller that aborts, and goes on for the others', async () => {
      const controller = new AbortController();
      const request = { history: [], exclude: [], limit: 1 };
      const gone = client.topPolls(request, { ...PATIENT, signal: controller.signal });
      const stays = client.topPolls(request, PATIENT);
      controller.abort(new Error('the user left'));
      await expect(gone).rejects.toThrow('the user left');
      expect((await stays).items).toHaveLength(1);
      await expect(client.topPolls(request, { ...PATIENT, signal: controller.signal })).rejects.toThrow(
        'the user left',
      );
    });

    it('says who is ready and what is served', async () => {
      for (const model of ['PERSONALISATION', 'POPULAR'] as const) {
        const [replica, ...others] = await client.checkReplicas(model);
        expect(replica).toMatchObject({ ready: true, version: subject.versions?.served ?? null });
        expect(others).toEqual([]);
        expect(client.replicas(model)).toEqual([replica]);
      }
    });

    it('asks a version beside the one that is served', async () => {
      const request = { history: [], exclude: [], limit: 1 };
      const version = modelVersion(subject.versions?.other ?? 'any');
      await client.loadVersion('PERSONALISATION', version);
      const answer = await client.topPolls(request, { ...PATIENT, version });
      const plain = await client.topPolls(request, PATIENT);
      if (subject.versions === null) {
        expect(answer).toEqual(plain);
        expect(answer.version).toBeNull();
      } else {
        expect(answer.version).toBe(version);
        expect(answer.items[0]?.score).toBeCloseTo(5.1, 5);
        expect(plain.version).toBe(subject.versions.served);
        expect(plain.items[0]?.score).toBeCloseTo(0.1, 5);
      }
      const { served, other } = subject.versions ?? {};
      expect(await client.checkReplicas('PERSONALISATION')).toMatchObject([
        { version: served ?? null, versions: subject.versions === null ? null : [served, other] },
      ]);
    });

    it('falls back to what is served for a version that is not there', async () => {
      const version = modelVersion('not-there');
      const { version: answered } = await client.topPolls(
        { history: [], exclude: [], limit: 1 },
        { ...PATIENT, version },
      );
      expect(answered).toBe(subject.versions?.served ?? null);
    });
  });
}
