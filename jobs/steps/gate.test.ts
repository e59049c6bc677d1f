import { assert, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideGate, type GateEvidence, gateEvidence } from './gate.js';

const evidence = (change: Partial<GateEvidence> = {}): GateEvidence => ({
  challenger: { exposedAuc: 0.78 },
  champion: { exposedAuc: 0.78 },
  championVersion: 'v1',
  users: 500,
  polls: 100,
  comparisons: { exposedAuc: { difference: 0, standardError: 0.003, users: 500 } },
  ...change,
});
const compared = (difference: number | null, standardError: number | null = 0.003) =>
  decideGate(evidence({ comparisons: { exposedAuc: { difference, standardError, users: 500 } } }));

describe('decideGate', () => {
  it('lets an equal, a better and a hardly worse model pass', () => {
    for (const difference of [0, 0.05, -0.004]) expect(compared(difference).verdict).toBe('PASS');
  });

  it('refuses a model that is worse by more than chance and more than anyone would notice', () => {
    expect(compared(-0.02)).toMatchObject({
      verdict: 'REJECT',
      reason: expect.stringContaining('champion v1: exposedAuc -0.0200 ± 0.0030'),
    });
    // Within two standard errors it may be chance.
    expect(compared(-0.02, 0.011).verdict).toBe('PASS');
    // Surely worse, but by too little to matter.
    expect(compared(-0.0049, 0.0001).verdict).toBe('PASS');
  });

  it('never refuses a model that is not worse, and always one that is far worse', () => {
    const finite = { noNaN: true, noDefaultInfinity: true };
    assert(
      property(
        double({ ...finite, min: 0, max: 1 }),
        double({ ...finite, min: 0, max: 0.1 }),
        (gain, error) => {
          expect(compared(gain, error).verdict).toBe('PASS');
          expect(compared(-0.0051 - 2 * error - gain, error).verdict).toBe('REJECT');
        },
      ),
    );
  });

  it('refuses an empty model and one with metrics that are no numbers, champion or not', () => {
    for (const championVersion of ['v1', null]) {
      expect(decideGate(evidence({ championVersion, polls: 0 })).verdict).toBe('REJECT');
      expect(decideGate(evidence({ championVersion, challenger: { exposedAuc: null } }))).toMatchObject({
        verdict: 'REJECT',
        reason: expect.stringContaining('exposedAuc'),
      });
      const infinite = { exposedAuc: Number.POSITIVE_INFINITY };
      expect(decideGate(evidence({ championVersion, challenger: infinite })).verdict).toBe('REJECT');
    }
    expect(compared(null).verdict).toBe('REJECT');
  });

  it('lets the first model pass, and says that there was nothing to compare with', () => {
    expect(decideGate(evidence({ championVersion: null, champion: null, comparisons: {} }))).toEqual({
      verdict: 'PASS',
      reason: 'There is no champion to compare with.',
    });
  });

  it('passes the comparison over where too few users were held back, and says so', () => {
    const far = (users: number) =>
      decideGate(evidence({ comparisons: { exposedAuc: { difference: -0.5, standardError: 0.01, users } } }));
    expect(far(19)).toMatchObject({
      verdict: 'PASS',
      reason: expect.stringContaining('19 held-back users'),
    });
    expect(far(20).verdict).toBe('REJECT');
    expect(decideGate(evidence({ comparisons: {}, users: 3 }))).toMatchObject({
      verdict: 'PASS',
      reason: expect.stringContaining('3 held-back users'),
    });
    expect(compared(-0.5, null)).toMatchObject({
      verdict: 'PASS',
      reason: expect.stringContaining('Not compared'),
    });
  });

  it('refuses a model that is worse by one decisive metric, however good by the other', () => {
    const better = { difference: 0.1, standardError: 0.001, users: 500 };
    const worse = { difference: -0.02, standardError: 0.003, users: 400 };
    const tooFew = { difference: -0.2, standardError: 0.003, users: 4 };
    const decision = decideGate(evidence({ comparisons: { exposedAuc: better, answeredAuc: worse } }));
    expect(decision).toEqual({
      verdict: 'REJECT',
      reason: 'Worse than the champion v1: answeredAuc -0.0200 ± 0.0030.',
    });
    expect(decideGate(evidence({ comparisons: { exposedAuc: better, answeredAuc: tooFew } })).verdict).toBe(
      'PASS',
    );
  });

  it('reads a NaN as JSON keeps it', () => {
    const kept = JSON.parse(JSON.stringify(evidence({ challenger: { exposedAuc: Number.NaN } })));
    expect(decideGate(gateEvidence.parse(kept)).verdict).toBe('REJECT');
  });
});
