import type { Millis } from './time.js';

/**
 * What `work` gives, or what `late` gives or throws where that takes longer. The work goes on by itself then, unheard: it must be
 * such as may be done though nobody waits for it.
 */
export async function within<T>(work: Promise<T>, time: Millis, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<'LATE'>((resolve) => {
    timer = setTimeout(() => resolve('LATE'), time);
  });
  const done = work.then((value) => ({ value }));
  try {
    const outcome = await Promise.race([done, passed]);
    return outcome === 'LATE' ? late() : outcome.value;
  } finally {
    clearTimeout(timer);
  }
}
