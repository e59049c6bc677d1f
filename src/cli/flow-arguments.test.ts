import { describe, expect, it } from 'vitest';
import { memoryMegabytes, runIdOption, wholeNumber } from './flow-arguments.js';

describe('memoryMegabytes', () => {
  it('takes megabytes from the least that a step can do with', () => {
    expect(memoryMegabytes('128')).toBe(128);
  });

  it.each(['1', '127', '1.5', '1GB', ''])('refuses "%s", and says what it wants', (text) => {
    expect(() => memoryMegabytes(text)).toThrow(/megabytes from 128 on/);
  });
});

it('takes whole numbers from 1 on', () => {
  expect(wholeNumber('3')).toBe(3);
  for (const text of ['0', '-1', '2.5', 'x']) expect(() => wholeNumber(text)).toThrow(/from 1 on/);
});

it('takes run ids that are names of folders', () => {
  expect(runIdOption('20261123T184500Z-3fa9c1')).toBe('20261123T184500Z-3fa9c1');
  for (const text of ['..', 'a/b', '', '.hidden']) expect(() => runIdOption(text)).toThrow(/letters, digits/);
});
