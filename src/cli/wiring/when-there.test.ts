import { expect, it } from 'vitest';
import { HunchError, UnavailableError } from '../../domain/errors.js';
import { createLog } from '../../platform/log.js';
import { whenThere } from './when-there.js';

function waiting(signal = new AbortController().signal) {
  const lines: string[] = [];
  const log = createLog({
    level: 'warn',
    name: 'test',
    destination: { write: (line) => void lines.push(line) },
  });
  return { lines, options: { log, signal, pause: 1 } };
}

/** Fails with each of the errors, one a call, then gives 'done'. */
function failing(...errors: readonly Error[]) {
  const left = [...errors];
  return async (): Promise<string> => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return 'done';
  };
}

it('tries again while a store is away, and says which', async () => {
  const { lines, options } = waiting();
  const work = failing(
    new UnavailableError('no node of http://a:9200 answers'),
    new UnavailableError('still not'),
  );
  await expect(whenThere(work, options)).resolves.toBe('done');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('no node of http://a:9200 answers');
});

it('gives up with the error of the store', async () => {
  const { options } = waiting();
  const work = failing(new UnavailableError('away'));
  await expect(whenThere(work, { ...options, patience: 0 })).rejects.toThrow('away');
});

it('does not try again what will not pass', async () => {
  const { lines, options } = waiting();
  await expect(whenThere(failing(new HunchError('FORBIDDEN', 'wrong key')), options)).rejects.toThrow(
    'wrong key',
  );
  await expect(whenThere(failing(new TypeError('a bug')), options)).rejects.toThrow('a bug');
  expect(lines).toEqual([]);
});

it('ends with the service', async () => {
  const stop = new AbortController();
  const { options } = waiting(stop.signal);
  const away = async () => {
    stop.abort();
    throw new UnavailableError('away');
  };
  await expect(whenThere(away, { ...options, pause: 60_000 })).rejects.toMatchObject({ name: 'AbortError' });
});
