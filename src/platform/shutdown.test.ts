import { expect, test } from 'vitest';
import { createLog } from './log.js';
import { Shutdown } from './shutdown.js';

const silent = createLog({ level: 'silent', name: 'test' });

test('parts stop last first, once, and one that fails does not keep the others', async () => {
  const shutdown = new Shutdown(silent);
  const stopped: string[] = [];
  shutdown.add('store', () => {
    stopped.push('store');
  });
  shutdown.add('broken', async () => {
    throw new Error('no');
  });
  shutdown.add('server', async () => {
    stopped.push('server');
  });
  expect(shutdown.signal.aborted).toBe(false);
  await Promise.all([shutdown.run(), shutdown.run()]);
  await shutdown.run();
  expect(stopped).toEqual(['server', 'store']);
  expect(shutdown.signal.aborted).toBe(true);
});

test('a signal begins the stop', async () => {
  const shutdown = new Shutdown(silent);
  const stopped = new Promise<void>((resolve) => shutdown.add('part', resolve));
  const forget = shutdown.listen();
  try {
    process.emit('SIGTERM', 'SIGTERM');
    await stopped;
  } finally {
    forget();
  }
  await shutdown.run();
});
