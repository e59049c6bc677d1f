import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../domain/time.js';
import { checkSchedule, nextTimes } from './cron.js';

describe('nextTimes', () => {
  it('gives the times to come, soonest first, in the time zone', () => {
    const times = nextTimes({ expression: '30 3 * * *', timeZone: 'Asia/Tokyo' }, 3);
    expect(times).toHaveLength(3);
    expect(times[0]).toBeGreaterThan(Date.now());
    expect(times[0]).toBeLessThanOrEqual(Date.now() + DAY);
    for (const time of times) expect(new Date(time).toISOString()).toMatch(/T18:30:00/);
    expect(times.map((time, index) => time - (times[0] ?? 0) - index * DAY)).toEqual([0, 0, 0]);
    const [one = 0, two = 0] = nextTimes({ expression: '0 */2 * * *', timeZone: 'UTC' }, 2);
    expect(two - one).toBe(2 * HOUR);
  });
});

describe('checkSchedule', () => {
  it.each([
    ['61 * * * *', 'UTC', /cron expression.*minute/],
    ['whenever', 'UTC', /cron expression/],
    ['0 3 * * *', 'Europe/Nowhere', /time zone/],
  ])('refuses "%s" in %s, saying what is wrong', (expression, timeZone, message) => {
    expect(() => checkSchedule({ expression, timeZone })).toThrow(message);
    expect(() => checkSchedule({ expression, timeZone })).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIGURATION' }),
    );
  });
});
