import { describe, expect, it } from 'vitest';
import { syntheticPlaces } from '../../../../tests/support/synthetic-places.js';
import { OTHER_POLLS, type PlaceLog, type TargetPolicy } from './place-log.js';
import { foretellRewards } from './reward-model.js';

/** Two polls at two positions: poll 0 is voted on always, poll 1 never; position 1 is not looked at. */
function clearLog(clusters: number): { log: PlaceLog; target: TargetPolicy } {
  const places = clusters * 4;
  const poll = Int32Array.from({ length: places }, (_, place) => place % 2);
  const position = Int32Array.from({ length: places }, (_, place) => (place >> 1) % 2);
  return {
    log: {
      poll,
      position,
      reward: Float64Array.from(poll, (which, place) => (which === 0 && position[place] === 0 ? 1 : 0)),
      cluster: Int32Array.from(poll, (_, place) => place >> 2),
      propensity: new Float64Array(places).fill(0.5),
      pollCount: 2,
      positionCount: 2,
      clusterCount: clusters,
    },
    target: {
      shown: new Float64Array(places).fill(1),
      unsupported: new Float64Array(places),
      chancesAt: () => [{ poll: 0, probability: 1 }],
    },
  };
}

describe('foretellRewards', () => {
  it('tells polls and positions apart', () => {
    const { log, target } = clearLog(500);
    const { shown } = foretellRewards(log, target);
    expect(shown[0]).toBeGreaterThan(0.9);
    expect(shown[1]).toBeLessThan(0.1);
    expect(shown[2]).toBeLessThan(0.1);
  });

  it('takes the mean over what the target would show; polls that are not listed count as any poll', () => {
    const { log, target } = clearLog(500);
    const showing = (shown: number) =>
      foretellRewards(log, { ...target, chancesAt: () => [{ poll: shown, probability: 1 }] }).target[1] ?? 0;
    const [always, never, other] = [showing(0), showing(1), showing(OTHER_POLLS)];
    const half = [0, 1].map((poll) => ({ poll, probability: 0.5 }));
    const mixed = foretellRewards(log, { ...target, chancesAt: () => half }).target[1];
    expect(mixed).toBeCloseTo((always + never) / 2, 12);
    expect(always).toBeGreaterThan(0.9);
    expect(never).toBeLessThan(0.1);
    expect(other).toBeCloseTo(0.5, 1);
  });

  it('foretells a cluster from the others: its own rewards change nothing for it', () => {
    const { log, target } = syntheticPlaces({ seed: 3, users: 50 });
    const before = foretellRewards(log, target);
    const reward = log.reward.map((value, place) => (log.cluster[place] === 7 ? 1 - value : value));
    const after = foretellRewards({ ...log, reward }, target);
    const of = (values: Float64Array, cluster: number) =>
      [...values].filter((_, place) => log.cluster[place] === cluster);
    expect(of(after.shown, 7)).toEqual(of(before.shown, 7));
    expect(of(after.target, 7)).toEqual(of(before.target, 7));
    expect(of(after.shown, 8)).not.toEqual(of(before.shown, 8));
  });
});
