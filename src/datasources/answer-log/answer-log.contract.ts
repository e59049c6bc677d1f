import { describe, expect, it, onTestFinished } from 'vitest';
import { loggedAnswer } from '../../../tests/support/logged-answers.js';
import type { AnswerLog } from './answer-log.js';

export interface AnswerLogSetting {
  /** A log on the same store as all others of this setting, as another process would open it; `capacity` answers may wait. */
  open(options?: { readonly capacity?: number }): Promise<AnswerLog>;
  /** The ids of all answers in the store, in no order. */
  stored(): Promise<string[]>;
  /** From now on the store takes nothing. */
  breakStore(): Promise<void>;
}

/** What every answer log keeps to. */
export function answerLogContract(name: string, setting: () => Promise<AnswerLogSetting>): void {
  describe(`${name} as AnswerLog`, () => {
    async function begin(options?: { readonly capacity: number }) {
      const store = await setting();
      const log = await store.open(options);
      onTestFinished(() => log.close());
      return { store, log };
    }

    it('has each answer in the store once it is flushed, and once', async () => {
      const { store, log } = await begin();
      log.append(loggedAnswer('a'));
      log.append(loggedAnswer('b'));
      await log.flush();
      await log.flush();
      log.append(loggedAnswer('c'));
      await Promise.all([log.flush(), log.flush()]);
      expect((await store.stored()).sort()).toEqual(['a', 'b', 'c']);
      expect(log.dropped).toBe(0);
    });

    it('writes what waits when it is closed, and counts what comes afterwards as dropped', async () => {
      const { store, log } = await begin();
      log.append(loggedAnswer('a'));
      await log.close();
      log.append(loggedAnswer('late'));
      await log.close();
      expect(await store.stored()).toEqual(['a']);
      expect(log.dropped).toBe(1);
    });

    it('keeps apart what several processes log at once, and loses none', async () => {
      const { store, log } = await begin();
      const other = await store.open();
      onTestFinished(() => other.close());
      const ids = Array.from({ length: 1_000 }, (_, place) => `r${place}`);
      for (const [place, id] of ids.entries()) {
        (place % 2 === 0 ? log : other).append(loggedAnswer(id));
        if (place % 100 === 0) void log.flush();
      }
      await Promise.all([log.flush(), other.flush()]);
      expect((await store.stored()).sort()).toEqual(ids.sort());
    });

    it('takes no more than may wait, counts the others, and takes on when there is room again', async () => {
      const { store, log } = await begin({ capacity: 3 });
      for (const id of ['a', 'b', 'c', 'd', 'e']) log.append(loggedAnswer(id));
      expect(log.dropped).toBe(2);
      await log.flush();
      log.append(loggedAnswer('f'));
      await log.flush();
      expect((await store.stored()).sort()).toEqual(['a', 'b', 'c', 'f']);
      expect(log.dropped).toBe(2);
    });

    it('counts what a broken store did not take, and neither throws nor rejects', async () => {
      const { store, log } = await begin();
      await store.breakStore();
      log.append(loggedAnswer('a'));
      log.append(loggedAnswer('b'));
      await log.flush();
      expect(log.dropped).toBe(2);
    });
  });
}
