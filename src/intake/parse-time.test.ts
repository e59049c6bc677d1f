import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime } from './parse-time.js';

const NOON = Date.UTC(2026, 0, 31, 12, 30, 15);

describe('parseTime', () => {
  it.each([
    ['2026-01-31T12:30:15Z', NOON],
    ['2026-01-31T12:30:15.123Z', NOON + 123],
    ['2026-01-31T12:30:15.1239999Z', NOON + 123],
    ['2026-01-31T12:30:15.5', NOON + 500],
    ['2026-01-31 12:30:15 UTC', NOON],
    ['2026-01-31 12:30:15.000123 UTC', NOON],
    ['2026-01-31T13:30:15+01:00', NOON],
    ['2026-01-31T13:30:15+0100', NOON],
    ['2026-01-31T07:00:15-05:30', NOON],
    ['2026-01-31T12:30:15+00', NOON],
    ['2026-01-31T12:30', NOON - 15_000],
    ['2026-01-31', Date.UTC(2026, 0, 31)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    [String(NOON), NOON],
    [NOON, NOON],
    [BigInt(NOON), NOON],
    [NOON / 1_000, NOON],
    [String(NOON / 1_000), NOON],
    ['1769862615.25', NOON + 250],
    [new Date(NOON), NOON],
  ])('reads %s', (value, expected) => {
    expect(parseTime(value)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    'yesterday',
    '2026',
    '20260131',
    '31.01.2026',
    '01/31/2026',
    '2026-1-31',
    '2026-02-29',
    '2026-02-30T00:00:00Z',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:30:60Z',
    '2026-01-31T12:30:15+19:00',
    '2026-01-31T12:30:15Z ',
    '1969-12-31T23:59:59Z',
    '-5',
    '1e12',
    'NaN',
    '1769862615000000',
    0,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    null,
    undefined,
    {},
    new Date(Number.NaN),
  ])('finds no time in %s', (value) => {
    expect(parseTime(value)).toBeNull();
  });

  it('reads back what is written as ISO text, milliseconds or a date', () => {
    const times = fc.integer({ min: 1e11, max: Date.UTC(2200, 0) });
    fc.assert(
      fc.property(times, (time) => {
        expect(parseTime(new Date(time).toISOString())).toBe(time);
        expect(parseTime(String(time))).toBe(time);
        expect(parseTime(new Date(time))).toBe(time);
      }),
    );
  });
});
