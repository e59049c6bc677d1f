import { expect, it } from 'vitest';
import { within } from './within.js';

const never = new Promise<string>(() => undefined);

it('gives what the work gives', async () => {
  await expect(within(Promise.resolve('done'), 60_000, () => 'late')).resolves.toBe('done');
  await expect(within(Promise.reject(new Error('failed')), 60_000, () => 'late')).rejects.toThrow('failed');
});

it('gives or throws what it is told to where the work takes longer', async () => {
  await expect(within(never, 1, () => 'late')).resolves.toBe('late');
  const late = (): string => {
    throw new Error('too late');
  };
  await expect(within(never, 1, late)).rejects.toThrow('too late');
});
