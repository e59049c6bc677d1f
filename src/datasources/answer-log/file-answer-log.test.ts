import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../../tests/support/eventually.js';
import { loggedAnswer } from '../../../tests/support/logged-answers.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { answerLogContract } from './answer-log.contract.js';
import { FileAnswerLog, type FileAnswerLogOptions } from './file-answer-log.js';

const folders = tempFolders();
const noon = Date.UTC(2026, 0, 31, 12);

async function documents(folder: string): Promise<Record<string, unknown>[]> {
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts
    .flatMap((text) => text.split('\n').filter((line) => line !== ''))
    .map((line) => JSON.parse(line));
}

answerLogContract('FileAnswerLog', async () => {
  const folder = await folders.make();
  return {
    open: (options) =>
      FileAnswerLog.open({ folder, keepDays: 30, clock: () => noon, onError: () => {}, ...options }),
    stored: async () => (await documents(folder)).map((answer) => String(answer.recommendation_id)),
    async breakStore() {
      await rm(folder, { recursive: true });
      await writeFile(folder, 'a file where the folder should be');
    },
  };
});

describe('FileAnswerLog', () => {
  async function open(
    changes: Partial<FileAnswerLogOptions> = {},
  ): Promise<{ log: FileAnswerLog; folder: string }> {
    const folder = changes.folder ?? (await folders.make());
    const log = await FileAnswerLog.open({
      keepDays: 2,
      clock: () => noon,
      onError: (error) => expect.fail(String(error)),
      ...changes,
      folder,
    });
    onTestFinished(() => log.close());
    return { log, folder };
  }

  it('writes a line that has what another policy needs, and nothing of the user', async () => {
    const { log, folder } = await open();
    log.append(loggedAnswer('r1'));
    await log.flush();
    expect(await documents(folder)).toEqual([
      {
        recommendation_id: 'r1',
        answered_at: '2026-01-31T12:00:00.000Z',
        list: 'recommendations',
        subject: 'home',
        source: 'PERSONALISED',
        fallback_reason: null,
        model: { name: 'PERSONALISATION', version: 'v1' },
        places: [
          { position: 0, poll_id: 'p1', policy: 'BECAUSE_YOU_VOTED', score: 0.9, propensity: 1 },
          {
            position: 1,
            poll_id: 'n1',
            policy: 'EXPLORATION',
            score: 0.9,
            propensity: 0.05,
            explores: 0.1,
            otherwise: 'p2',
          },
        ],
        exploration: {
          share: 0.1,
          method: 'weighted',
          candidates: [
            { poll_id: 'n1', weight: 1, votes: 0, liking_share: 0.5 },
            { poll_id: 'n2', weight: 0.5, votes: 1, liking_share: 0.6 },
            { poll_id: 'n3', weight: 0.5, votes: 1, liking_share: 0.6 },
          ],
        },
      },
    ]);
  });

  it('writes by itself, without being told to flush', async () => {
    const { log, folder } = await open();
    log.append(loggedAnswer('r1'));
    await eventually(async () => (await documents(folder)).length === 1);
  });

  it('begins a file for each UTC day and process', async () => {
    const { log, folder } = await open();
    const { log: other } = await open({ folder });
    log.append(loggedAnswer('a', { answeredAt: Date.UTC(2026, 0, 30, 23, 59) }));
    log.append(loggedAnswer('b'));
    other.append(loggedAnswer('c'));
    await Promise.all([log.flush(), other.flush()]);
    const days = (await readdir(folder)).map((name) => name.slice(0, 10));
    expect(days.sort()).toEqual(['2026-01-30', '2026-01-31', '2026-01-31']);
  });

  it('removes files that are too old when it opens and when the day changes, and no file of others', async () => {
    const folder = await folders.make();
    const kept = ['2026-01-29-0123456789ab.ndjson', '2026-01-01-notes.ndjson', 'README'];
    for (const name of [...kept, '2026-01-28-0123456789ab.ndjson']) await writeFile(join(folder, name), '');
    let now = noon;
    const { log } = await open({ folder, clock: () => now });
    expect((await readdir(folder)).sort()).toEqual(kept.toSorted());
    now = Date.UTC(2026, 1, 1);
    log.append(loggedAnswer('a', { answeredAt: now }));
    await log.flush();
    const names = await readdir(folder);
    expect(names).not.toContain(kept[0]);
    expect(names).toHaveLength(3);
  });

  it('tells why it could not write, and goes on once it can', async () => {
    const faults: unknown[] = [];
    const { log, folder } = await open({ onError: (error) => faults.push(error) });
    await rm(folder, { recursive: true });
    await writeFile(folder, '');
    log.append(loggedAnswer('lost'));
    await log.flush();
    expect(faults).not.toEqual([]);
    await rm(folder);
    log.append(loggedAnswer('kept'));
    await log.flush();
    expect((await documents(folder)).map((answer) => answer.recommendation_id)).toEqual(['kept']);
    expect(log.dropped).toBe(1);
  });
});
