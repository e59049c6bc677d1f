import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.js';
import { childProcesses } from './processes.js';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('childProcesses', () => {
  const processes = childProcesses();
  const node = (script: string) => processes.start(process.execPath, ['-e', script]);

  it('waits for a line and collects both outputs', async () => {
    const child = node("console.log('READY at 7'); console.error('a warning'); process.exitCode = 3");
    expect((await child.waitFor(/^READY at (\d)$/m))[1]).toBe('7');
    expect(await child.exited).toEqual({ code: 3, signal: null });
    expect(child.stderr).toBe('a warning\n');
  });

  it('says what came instead when the process ends early', async () => {
    const child = node("console.log('something else')");
    await expect(child.waitFor(/READY/)).rejects.toThrow(/ended with 0 before \/READY\/\nsomething else/);
  });

  it('says what went wrong when the program is not there', async () => {
    const child = processes.start('no-such-program', []);
    await expect(child.waitFor(/READY/)).rejects.toThrow(/no-such-program/);
  });

  it('ends the processes that a process started', async () => {
    const parent = node(`
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      console.log('CHILD ' + child.pid);
      setInterval(() => {}, 1000);`);
    const [, pid] = await parent.waitFor(/^CHILD (\d+)$/m);
    expect(isAlive(Number(pid))).toBe(true);
    expect(await parent.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    await eventually(() => !isAlive(Number(pid)));
  });
});

describe('eventually', () => {
  it('gives the first value that is there', async () => {
    const answers = [null, false, undefined, 'yes'];
    expect(await eventually(() => answers.shift(), { everyMs: 1 })).toBe('yes');
  });

  it('rejects with what the condition threw last', async () => {
    const never = eventually(
      () => {
        throw new Error('not yet');
      },
      { deadlineMs: 20, everyMs: 1 },
    );
    await expect(never).rejects.toThrow('not within 20 ms: not yet');
  });
});
