import { expect, it } from 'vitest';
import { UnavailableError } from '../../domain/errors.js';
import { withoutRepeats } from './without-repeats.js';

it('tells of one trouble again only after a while, and of another at once', () => {
  let now = 0;
  const told: unknown[] = [];
  const report = withoutRepeats(
    (error) => void told.push(error instanceof Error ? `${error.message} at ${now}` : error),
    () => now,
    100,
  );
  for (now = 0; now < 250; now += 50) report(new UnavailableError('features are away'));
  report(new UnavailableError('BigQuery is away'));
  expect(told).toEqual([
    'features are away at 0',
    'features are away at 100',
    'features are away at 200',
    'BigQuery is away at 250',
  ]);
});

it('keeps quiet about no fault of the program', () => {
  const told: unknown[] = [];
  const report = withoutRepeats(
    (error) => void told.push(error),
    () => 0,
  );
  report(new TypeError('a bug'));
  report(new TypeError('a bug'));
  expect(told).toHaveLength(2);
});
