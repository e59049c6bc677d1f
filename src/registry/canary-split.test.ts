import { assert, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelVersion, userId } from '../domain/ids.js';
import { canaryVersion } from './canary-split.js';
import { emptyRegistry, type RegistryDocument } from './registry-document.js';

const withCanary = (percent: number, version = 'v2'): RegistryDocument => ({
  ...emptyRegistry('POPULAR'),
  canary: { version: modelVersion(version), percent },
});
const USERS = Array.from({ length: 20_000 }, (_, n) => userId(`user-${n}`));
const chosen = (document: RegistryDocument) =>
  new Set(USERS.filter((user) => canaryVersion(user, document) !== undefined));

describe('canaryVersion', () => {
  it('gives about its share of the users the version', () => {
    for (const percent of [1, 10, 50, 90]) {
      const share = percent / 100;
      const deviation = Math.sqrt((share * (1 - share)) / USERS.length);
      const found = chosen(withCanary(percent)).size / USERS.length;
      // Four standard deviations: the hash is fixed, so this is no test that fails now and then.
      expect(Math.abs(found - share)).toBeLessThan(4 * deviation);
    }
  });

  it('gives nobody the version at 0 and everybody at 100', () => {
    assert(
      property(string(), (id) => {
        expect(canaryVersion(userId(id), withCanary(0))).toBeUndefined();
        expect(canaryVersion(userId(id), withCanary(100))).toBe('v2');
      }),
    );
  });

  it('keeps the users that are in when the share is raised', () => {
    assert(
      property(string(), integer({ min: 0, max: 99 }), integer({ min: 1, max: 100 }), (id, percent, more) => {
        const before = canaryVersion(userId(id), withCanary(percent));
        const after = canaryVersion(userId(id), withCanary(Math.min(100, percent + more)));
        if (before !== undefined) expect(after).toBe(before);
        expect(canaryVersion(userId(id), withCanary(percent))).toBe(before);
      }),
    );
  });

  it('picks other users for another version', () => {
    const [one, other] = [chosen(withCanary(20, 'v2')), chosen(withCanary(20, 'v3'))];
    const both = [...one].filter((user) => other.has(user)).length / USERS.length;
    expect(both).toBeGreaterThan(0.03);
    expect(both).toBeLessThan(0.05);
  });

  it('leaves users that are not known, and models without a canary, alone', () => {
    expect(canaryVersion(null, withCanary(100))).toBeUndefined();
    expect(canaryVersion(userId('u'), emptyRegistry('POPULAR'))).toBeUndefined();
  });
});
