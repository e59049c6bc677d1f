import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/domain/errors.js';
import { PRESET_SCENARIOS, type Scenario } from '../../src/domain/scenario.js';
import { HOUR } from '../../src/domain/time.js';
import { type Config, ENVIRONMENT_VARIABLES, parseConfig } from '../../src/platform/config.js';
import { PACKAGE_ROOT } from '../support/package-root.js';

const read = (file: string): string => readFileSync(join(PACKAGE_ROOT, file), 'utf8');

/** The rows of all tables of a page whose first cell is a name in code marks, without the marks. */
function namedRows(page: string): readonly (readonly string[])[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')),
    );
}

const asWritten = (value: Config[keyof Config] | undefined): string => {
  if (value === undefined) return 'none';
  if (value instanceof Map) {
    const entries: ReadonlyMap<string, number | Scenario> = value;
    return [...entries]
      .map(([name, entry]) => (typeof entry === 'number' ? `${name}=${entry}` : name))
      .join(',');
  }
  return String(value);
};

describe('docs/configuration.md', () => {
  const all = namedRows(read('docs/configuration.md'));
  const rows = all.filter(([name = '']) => /^[A-Z]/.test(name));

  it('has each environment variable once, and no other', () => {
    expect(rows.map(([name]) => name).sort()).toEqual([...ENVIRONMENT_VARIABLES].sort());
  });

  it('gives the defaults that hold', () => {
    const defaults = new Map<string, Config[keyof Config]>(Object.entries(parseConfig({})));
    const documented = rows.map(([name = '', value]) => [name, value]);
    expect(documented).toEqual(documented.map(([name = '']) => [name, asWritten(defaults.get(name))]));
  });

  it('gives the settings of the preset scenarios', () => {
    const documented = all
      .filter((row) => !rows.includes(row))
      .map(([name, ...cells]) => [name, ...cells.slice(0, 2)]);
    const { home, onboarding } = PRESET_SCENARIOS;
    const preset = (of: Scenario): Record<string, string> => {
      const { name: _, ranking: __, rotationHalfLife, ...settings } = of;
      const written = Object.entries(settings).map(([name, value]) => [name, String(value)]);
      return { ...Object.fromEntries(written), rotationHalfLifeHours: String(rotationHalfLife / HOUR) };
    };
    const [one, other] = [preset(home), preset(onboarding)];
    expect(documented).toEqual([
      ['basis', '', ''],
      ...Object.keys(one).map((name) => [
        name,
        name === 'explorationShare' ? 'EXPLORATION_SHARE' : one[name],
        other[name],
      ]),
    ]);
  });
});

describe('docs/errors.md', () => {
  it('has each error code once, in the order of the code, with a meaning and what to do', () => {
    const rows = namedRows(read('docs/errors.md'));
    expect(rows.map(([code]) => code)).toEqual([...ERROR_CODES]);
    expect(rows.filter(([, meaning = '', act = '']) => meaning.length < 10 || act.length < 10)).toEqual([]);
  });
});
