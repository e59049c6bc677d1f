import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DateTime, parseDateTime } from './date-time.js';

test('any moment survives being written and read', () => {
  const moments = fc.date({
    min: new Date('0100-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moments, (moment) => {
      expect(DateTime.parseValue(DateTime.serialize(moment.getTime()))).toBe(moment.getTime());
    }),
  );
});

test.each([
  ['2026-11-23T18:45:00Z', '2026-11-23T18:45:00.000Z'],
  ['2026-11-23T18:45:00.5Z', '2026-11-23T18:45:00.500Z'],
  ['2026-11-23T18:45:00.123456Z', '2026-11-23T18:45:00.123Z'],
  ['2026-11-23T18:45:00+05:30', '2026-11-23T13:15:00.000Z'],
  ['2024-02-29T00:00:00-01:00', '2024-02-29T01:00:00.000Z'],
])('%s is read as %s', (text, moment) => {
  expect(DateTime.serialize(DateTime.parseValue(text))).toBe(moment);
});

test.each([
  '',
  'yesterday',
  '2026-11-23',
  '2026-11-23T18:45:00',
  '2026-11-23 18:45:00Z',
  '2026-11-23T18:45Z',
  '2026-13-01T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-00-10T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '2026-11-23T24:00:00Z',
  '2026-11-23T23:60:00Z',
  '2026-11-23T23:59:60Z',
  '2026-11-23T18:45:00+24:00',
  '1795459500000',
])('%j is no moment', (text) => {
  expect(parseDateTime(text)).toBeNull();
  expect(() => DateTime.parseValue(text)).toThrow('ISO 8601');
});

test('numbers are not taken in, and what is no finite number is not given out', () => {
  expect(() => DateTime.parseValue(1_795_459_500_000)).toThrow('ISO 8601');
  expect(() => DateTime.serialize(Number.NaN)).toThrow('finite');
  expect(() => DateTime.serialize('2026-11-23T18:45:00Z')).toThrow('finite');
});
