import { describe, expect, it } from 'vitest';
import { PRESET_SCENARIOS, scenarioOf } from '../domain/scenario.js';
import { HOUR } from '../domain/time.js';
import { parseConfig } from './config.js';

const scenarios = (settings?: object, more: Record<string, string> = {}) =>
  parseConfig({ ...(settings === undefined ? {} : { SCENARIOS: JSON.stringify(settings) }), ...more })
    .SCENARIOS;

describe('SCENARIOS', () => {
  it('is the presets where nothing is set, with EXPLORATION_SHARE in home alone', () => {
    const found = scenarios(undefined, { EXPLORATION_SHARE: '0.3' });
    expect(Object.fromEntries(found)).toEqual({
      ...PRESET_SCENARIOS,
      home: { ...PRESET_SCENARIOS.home, explorationShare: 0.3 },
    });
  });

  it('changes presets and adds others, each on its basis', () => {
    const found = scenarios({
      home: { diversity: 2, explorationShare: 0.4 },
      feed: { likingWeight: 0.7, rotationHalfLifeHours: 12 },
      welcome: { basis: 'onboarding', skipPenalty: 1 },
    });
    expect(found.get('home')).toEqual({ ...PRESET_SCENARIOS.home, diversity: 2, explorationShare: 0.4 });
    expect(found.get('feed')).toEqual({
      ...PRESET_SCENARIOS.home,
      name: 'feed',
      diversity: 2,
      explorationShare: 0.4,
      likingWeight: 0.7,
      rotationHalfLife: 12 * HOUR,
    });
    expect(found.get('welcome')).toEqual({ ...PRESET_SCENARIOS.onboarding, name: 'welcome', skipPenalty: 1 });
  });

  it('takes a name without settings for home', () => {
    const found = scenarios({ home: { diversity: 2 } });
    expect(scenarioOf(found, 'profile')).toEqual({ ...PRESET_SCENARIOS.home, name: 'profile', diversity: 2 });
  });

  it.each([
    ['text that is no JSON', 'home: 1', /SCENARIOS: wants a JSON object/],
    ['an unknown setting', '{"home": {"diverse": 1}}', /SCENARIOS: home: .*diverse/],
    ['a share above 1', '{"feed": {"explorationShare": 2}}', /SCENARIOS: feed\.explorationShare/],
    ['an unknown basis', '{"feed": {"basis": "search"}}', /SCENARIOS: feed\.basis/],
    ['a list', '[]', /SCENARIOS: .*(record|object)/],
  ])('refuses %s', (_, SCENARIOS, message) => {
    expect(() => parseConfig({ SCENARIOS })).toThrow(message);
  });
});
