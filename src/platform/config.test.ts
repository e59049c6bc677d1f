import { expect, it } from 'vitest';
import { parseConfig } from './config.js';

it.each([
  ['PORT', 'abc', 'a whole number from 0 to 65535'],
  ['PORT', '70000', 'a whole number from 0 to 65535'],
  ['PORT', ' ', 'a whole number from 0 to 65535'],
  ['REQUEST_BUDGET_MS', '0', 'a number above 0'],
  ['EXPLORATION_SHARE', '1.5', 'a number from 0 to 1'],
  ['STEP_MEMORY_MB', '1', 'a whole number from 128 on'],
  ['STEP_THREADS', '1.5', 'a whole number from 1 on'],
])('says what %s=%s should have been', (name, value, wants) => {
  expect(() => parseConfig({ [name]: value })).toThrow(
    expect.objectContaining({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining(`${name}: wants ${wants}; got "${value}"`),
    }),
  );
});

it('names every variable that is wrong', () => {
  expect(() => parseConfig({ PORT: 'abc', KEEP_VERSIONS: '1' })).toThrow(/PORT: .*; KEEP_VERSIONS: /);
});

it('takes numbers as they are written, and empty variables as absent', () => {
  const config = parseConfig({ PORT: '0', EXPLORATION_SHARE: '0.25', STEP_MEMORY_MB: '' });
  expect(config).toMatchObject({ PORT: 0, EXPLORATION_SHARE: 0.25, STEP_MEMORY_MB: 1024 });
});
