import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  covarianceOf,
  dot,
  factorVotes,
  foretellColumns,
  prepareFit,
  valuesOf,
} from '../../../tests/support/factor-fits.js';
import { Random } from '../../samples/random.js';
import { solvePositiveDefinite } from '../linear-algebra/small-system.js';
import { evidenceTable } from '../personalisation/model-tables.js';
import { evidenceOf } from './factor-model.js';
import { packedRow } from './packed-matrix.js';
import { UserPosterior } from './user-posterior.js';

const USERS = 40;
const { fit, input, log } = prepareFit(factorVotes(3, { users: USERS, polls: 10 }));
fit.run(log, { rounds: 5, isUsed: () => true });
const { model } = fit;
const k = model.factorCount;
const users = fc.integer({ min: 0, max: USERS - 1 });
const rangeOf = (user: number): { start: number; end: number } => ({
  start: log.starts[user] as number,
  end: log.starts[user + 1] as number,
});

describe('UserPosterior', () => {
  it('foretells what conditioning the joint normal distribution of all columns gives', () => {
    const sure = { ...model, covariances: new Float64Array(model.covariances.length) };
    fc.assert(
      fc.property(users, (user) => {
        const values = valuesOf(input, log, user);
        const residuals = values.map(({ column, value }) => value - (model.means[column] as number));
        const weights =
          values.length === 0 ? [] : solvePositiveDefinite(covarianceOf(sure, values), residuals);
        const loadingsOf = (column: number): number[] => [
          ...model.loadings.subarray(column * k, (column + 1) * k),
        ];
        foretellColumns(sure, log, user).forEach((foretold, column) => {
          const together = values.map((value) => dot(loadingsOf(column), loadingsOf(value.column)));
          expect(foretold).toBeCloseTo((model.means[column] as number) + dot(together, weights), 8);
        });
      }),
    );
  });

  it('is the same from the tables of the served files as in training, in any order of the votes', () => {
    const { evidence, rowOfToken } = evidenceTable(model);
    const served = {
      factorCount: k,
      precisions: Float64Array.from(evidence.precisions),
      shifts: Float64Array.from(evidence.evidence),
    };
    const [trained, folded] = [new UserPosterior(k), new UserPosterior(k)];
    fc.assert(
      fc.property(users, fc.integer(), (user, seed) => {
        const range = rangeOf(user);
        trained.update(evidenceOf(model), log.tokens, range);
        const own = [...log.tokens.subarray(range.start, range.end)];
        const rows = new Random(seed).shuffle(own).map((token) => rowOfToken[token] as number);
        folded.update(served, Int32Array.from(rows), { start: 0, end: rows.length });
        trained.mean.forEach((value, factor) => {
          expect(folded.mean[factor]).toBeCloseTo(value, 5);
        });
        trained.covariance.forEach((value, at) => {
          expect(folded.covariance[at]).toBeCloseTo(value, 5);
        });
      }),
    );
  });

  it('knows nothing of a stranger, and no less after every vote', () => {
    const evidence = evidenceOf(model);
    const posterior = new UserPosterior(k);
    fc.assert(
      fc.property(users, (user) => {
        const { start, end } = rangeOf(user);
        posterior.update(evidence, log.tokens, { start, end: start });
        expect([...posterior.mean]).toEqual(new Array(k).fill(0));
        let before = new Array<number>(k).fill(1);
        for (let last = start; last <= end; last += 1) {
          posterior.update(evidence, log.tokens, { start, end: last });
          const variances = before.map((_, i) => posterior.covariance[packedRow(i) + i] as number);
          variances.forEach((variance, i) => {
            expect(variance).toBeGreaterThan(0);
            expect(variance).toBeLessThanOrEqual((before[i] as number) + 1e-12);
          });
          before = variances;
        }
      }),
    );
  });

  it('refuses evidence that is no number', () => {
    const broken = { ...evidenceOf(model) };
    broken.precisions.fill(Number.NaN);
    expect(() => new UserPosterior(k).update(broken, log.tokens, rangeOf(0))).toThrow(
      expect.objectContaining({ code: 'INVALID_MODEL' }),
    );
  });
});
