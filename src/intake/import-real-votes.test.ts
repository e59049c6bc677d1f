import { expect, it } from 'vitest';
import { importStores } from '../../tests/support/import-stores.js';
import { describeWithRealVotes } from '../../tests/support/real-votes.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { importFiles } from './import-files.js';

describeWithRealVotes('import of the real votes', (real) => {
  const folders = tempFolders();
  const stores = importStores();

  it('takes every poll and vote over, once', { timeout: 120_000 }, async () => {
    const folder = await folders.make();
    const ports = await stores.open(folder, Date.now);
    const files = { topics: real.topics, polls: real.polls, votes: real.trainVotes };
    const first = await importFiles(ports, { files, rejectsFolder: folder });
    expect(
      first.files.map(({ kind, rows, added, known, rejected }) => [kind, rows, added, known, rejected]),
    ).toEqual([
      ['topics', 14, 14, 0, 0],
      ['polls', 1_742, 1_742, 0, 0],
      // Eight rows say word for word what another one says.
      ['votes', 201_434, 201_426, 8, 0],
    ]);
    const { rows } = await ports.warehouse.snapshot();
    expect(rows).toMatchObject({ events: 201_426, polls: 1_742, topics: 14 });
    const again = await importFiles(ports, { files, rejectsFolder: folder });
    expect(again.files.map(({ added, changed, known }) => [added, changed, known])).toEqual([
      [0, 0, 14],
      [0, 0, 1_742],
      [0, 0, 201_434],
    ]);
    expect((await ports.warehouse.snapshot()).rows).toEqual(rows);
    const languages = await ports.rows('(SELECT DISTINCT language FROM polls)', 'language');
    expect(languages.map(({ language }) => language)).toEqual(['de', 'en', 'ja', 'zh-TW']);
  });
});
