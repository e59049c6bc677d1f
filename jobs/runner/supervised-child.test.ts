import { describe, expect, it } from 'vitest';
import { runSupervised } from './supervised-child.js';

const script = (text: string) => [process.execPath, '-e', text] as const;
const never = new AbortController().signal;

describe('runSupervised', () => {
  it('tells how the child ended, its lines and its messages', async () => {
    const lines: string[] = [];
    const messages: unknown[] = [];
    const end = await runSupervised(
      script(`console.error('one\\ntwo'); process.send({ n: 1 }, () => process.exit(75))`),
      [],
      { signal: never, onLine: (line) => lines.push(line), onMessage: (message) => messages.push(message) },
    );
    expect(end).toEqual({ code: 75, killedBy: null });
    expect(lines).toEqual(['one', 'two']);
    expect(messages).toEqual([{ n: 1 }]);
  });

  it('kills a child that does not stop when asked to', async () => {
    const stop = new AbortController();
    const end = await runSupervised(
      script(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.send('deaf')`),
      [],
      { signal: stop.signal, onLine: () => undefined, onMessage: () => stop.abort(), graceMs: 50 },
    );
    expect(end).toEqual({ code: null, killedBy: 'SIGKILL' });
  });

  it('rejects where the program is not there', async () => {
    await expect(
      runSupervised(['no-such-program'], [], { signal: never, onLine: () => undefined }),
    ).rejects.toMatchObject({ code: 'FLOW_FAILED', retryable: false });
  });
});
