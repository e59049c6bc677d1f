import { assert, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideGate, type GateEvidence, gateEvidence } from './gate.js';

const evidence = (change: Partial<GateEvidence> = {}): GateEvidence => ({
  challenger: { exposedAuc: 0.78 },
  champion: { exposedAuc: 0.78 },
  championVersion: 'v1',
  users: 500,
  polls: 100,
  comparison: { difference: 0, standardError: 0.003 },
  ...change,
});
const compared = (difference: number | null, standardError: number | null = 0.003) =>
  decideGate(evidence({ comparison: { difference, standardError } }));

describe('decideGate', () => {
  it('lets an equal, a better and a hardly worse model pass', () => {
    for (const difference of [0, 0.05, -0.004]) expect(compared(difference).verdict).toBe('PASS');
  });

  it('refuses a model that is worse by more than chance and more than anyone would notice', () => {
    expect(compared(-0.02)).toMatchObject({
      verdict: 'REJECT',
      reason: expect.stringContaining('-0.0200 ± 0.0030 to v1'),
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
    expect(decideGate(evidence({ championVersion: null, champion: null, comparison: null }))).toEqual({
      verdict: 'PASS',
      reason: 'There is no champion to compare with.',
    });
  });

  it('passes the comparison over where too few users were held back, and says so', () => {
    const far = { difference: -0.5, standardError: 0.01 };
    expect(decideGate(evidence({ users: 19, comparison: far }))).toMatchObject({
      verdict: 'PASS',
      reason: expect.stringContaining('19 held-back users'),
    });
    expect(decideGate(evidence({ users: 20, comparison: far })).verdict).toBe('REJECT');
    expect(compared(-0.5, null)).toMatchObject({
      verdict: 'PASS',
      reason: expect.stringContaining('Not compared'),
    });
  });

  it('reads a NaN as JSON keeps it', () => {
    const kept = JSON.parse(JSON.stringify(evidence({ challenger: { exposedAuc: Number.NaN } })));
    expect(decideGate(gateEvidence.parse(kept)).verdict).toBe('REJECT');
  });
});
