import { expect, it } from 'vitest';
import { HunchError } from '../../domain/errors.js';
import { check, checksText } from './check.js';

const note = { what: 'There is no index a yet.', remedy: 'The next start makes it.', isFault: false };
const fault = { what: 'No privilege write.', remedy: 'Grant it.', isFault: true };

it('is in order with notes, and not with a fault or an error', async () => {
  const checks = await Promise.all([
    check('one', async () => ({ detail: 'there', version: '8.19.2', latencyMs: 1.26, findings: [note] })),
    check('two', async () => ({ detail: 'there', findings: [note, fault] })),
    check('three', async () => {
      throw new HunchError('UNAVAILABLE', 'no node answers');
    }),
  ]);
  expect(checks).toMatchObject([
    { name: 'one', ok: true, version: '8.19.2', latencyMs: 1.3, findings: [note] },
    { name: 'two', ok: false, version: null },
    { name: 'three', ok: false, detail: 'no node answers', findings: [] },
  ]);
  const lines = checksText(checks).split('\n');
  expect(lines[0]).toMatch(/^ok {6}one +there \(1 ms\)$/);
  expect(lines[1]).toMatch(/^ +note: There is no index a yet\. The next start makes it\.$/);
  expect(lines.filter((line) => line.includes('missing: No privilege write. Grant it.'))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith('FAILED'))).toHaveLength(2);
});
