import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FactorVotes,
  factorVotes,
  foretellColumns,
  logLikelihood,
  makePoll,
  prepareFit,
  SMALL_SETTINGS,
} from '../../../tests/support/factor-fits.js';
import { Random } from '../../samples/random.js';
import type { TrainingPoll } from '../training-poll.js';
import { FactorFit } from './fit-factors.js';

const ROUNDS = 6;
const everyone = (): boolean => true;
const seeds = fc.integer({ min: 1, max: 2 ** 31 });

function fitted(votes: FactorVotes): ReturnType<typeof prepareFit> {
  const prepared = prepareFit(votes);
  prepared.fit.run(prepared.log, { rounds: ROUNDS, isUsed: everyone });
  return prepared;
}

function expectClose(actual: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(actual.length).toBe(wanted.length);
  for (let at = 0; at < wanted.length; at += 1) expect(actual[at]).toBeCloseTo(wanted[at] as number, 6);
}

describe('FactorFit', () => {
  it('explains the votes better round by round', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        // What a round raises is a bound that holds the priors too: with enough votes these do not matter.
        const { fit, input, log } = prepareFit(factorVotes(seed, { users: 200 }));
        const reached = Array.from({ length: ROUNDS }, () => {
          fit.run(log, { rounds: 1, isUsed: everyone });
          return logLikelihood(fit.model, input, log);
        });
        reached.slice(1).forEach((likelihood, round) => {
          expect(likelihood).toBeGreaterThan((reached[round] as number) - 0.1);
        });
        expect(reached.at(-1)).toBeGreaterThan((reached[0] as number) + 1);
      }),
      { numRuns: 5 },
    );
  });

  it('gives the same whatever the order of users and of their votes', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const votes = factorVotes(seed);
        const random = new Random(seed);
        const histories = random.shuffle(votes.histories).map((history) => random.shuffle(history));
        const [model, shuffled] = [fitted(votes).fit.model, fitted({ ...votes, histories }).fit.model];
        expectClose(shuffled.means, model.means);
        expectClose(shuffled.noises, model.noises);
        expectClose(shuffled.loadings, model.loadings);
        expectClose(shuffled.covariances, model.covariances);
      }),
      { numRuns: 5 },
    );
  });

  it('foretells the same of each poll whatever the order of the polls', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const votes = factorVotes(seed);
        const order = new Random(seed).shuffle(votes.polls.map((_, place) => place));
        const placeOf = new Map(order.map((old, place) => [old, place]));
        const plain = fitted(votes);
        const turned = fitted({
          polls: order.map((old) => votes.polls[old] as TrainingPoll),
          histories: votes.histories.map((history) =>
            history.map(([poll, option]) => [placeOf.get(poll) as number, option] as const),
          ),
        });
        const [before, after] = [plain, turned].map(({ fit, log }) => foretellColumns(fit.model, log, 0));
        votes.polls.forEach((_, old) => {
          const from = plain.input.columns.firstColumns[old] as number;
          const end = plain.input.columns.firstColumns[old + 1] as number;
          const to = turned.input.columns.firstColumns[placeOf.get(old) as number] as number;
          expectClose(after?.slice(to, to + end - from) ?? [], before?.slice(from, end) ?? []);
        });
      }),
      { numRuns: 5 },
    );
  });

  it('takes what is not voted on for missing: polls without votes change nothing', () => {
    const votes = factorVotes(11);
    const { fit, input, log } = prepareFit(votes);
    fit.run(log, { rounds: ROUNDS, isUsed: everyone });
    const silent = [8, 9, 10, 11].map((place) => makePoll(place));
    const more = prepareFit({ ...votes, polls: [...votes.polls, ...silent] });
    // The texts of all polls weigh how rare a word is: here those of the voted ones alone.
    const none = { grams: new Int32Array(0), weights: new Float64Array(0) };
    const vectors = [...input.vectors, ...silent.map(() => none)];
    const wider = new FactorFit({ ...more.input, vectors }, more.log, SMALL_SETTINGS);
    wider.run(more.log, { rounds: ROUNDS, isUsed: everyone });
    const size = fit.model.means.length;
    expect(wider.model.means.length).toBeGreaterThan(size);
    expectClose(wider.model.means.subarray(0, size), fit.model.means);
    expectClose(wider.model.noises.subarray(0, size), fit.model.noises);
    expectClose(wider.model.loadings.subarray(0, fit.model.loadings.length), fit.model.loadings);
  });

  it('leaves users out for whom isUsed does not hold', () => {
    const votes = factorVotes(12);
    const { fit, log } = prepareFit(votes);
    const reversed = { ...log, tokens: log.tokens.slice() };
    const [start, end] = [log.starts[0] as number, log.starts[1] as number];
    reversed.tokens.fill(log.tokens[start] as number, start, end);
    const other = prepareFit(votes).fit;
    fit.run(log, { rounds: ROUNDS, isUsed: (user) => user > 0 });
    other.run(reversed, { rounds: ROUNDS, isUsed: (user) => user > 0 });
    expect(other.model).toEqual(fit.model);
  });

  it('is usable without votes, without questions, and where passes count nothing', () => {
    const { polls } = factorVotes(13);
    const passes = polls.map((_, poll): readonly [number, number] => [poll, 2]);
    for (const { votes, settings } of [
      { votes: { polls, histories: [] }, settings: SMALL_SETTINGS },
      { votes: { polls: [], histories: [[]] }, settings: SMALL_SETTINGS },
      { votes: { polls, histories: [passes, passes, passes, passes] }, settings: SMALL_SETTINGS },
      {
        votes: { polls, histories: [passes, passes, passes, passes] },
        settings: { ...SMALL_SETTINGS, neutralWeight: 0 },
      },
    ]) {
      const { fit, log } = prepareFit(votes, settings);
      fit.run(log, { rounds: 2, isUsed: everyone });
      const { means, loadings, noises, covariances } = fit.model;
      for (const numbers of [means, loadings, noises, covariances]) {
        expect(numbers.every(Number.isFinite)).toBe(true);
      }
    }
  });
});
