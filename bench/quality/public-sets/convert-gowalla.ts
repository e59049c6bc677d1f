import { join as joinPath } from 'node:path';
import { parseArgs } from 'node:util';
import { innerSplit, join, parseLines, takesOf } from './gowalla.js';
import { checkCounts, countUsers, readPrinted, writeImportFiles } from './import-files.js';

/**
 * Gowalla in the split of LightGCN as files for `hunch evaluate --protocol ranking`:
 * node dist/bench/quality/public-sets/convert-gowalla.js --from FOLDER --to FOLDER
 */
const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } });
const { from, to } = values;
if (from === undefined || to === undefined) {
  process.stderr.write('Wants --from FOLDER with train.txt, valid.txt and test.txt, and --to FOLDER.\n');
  process.exit(2);
}

const read = async (name: string) => parseLines(await readPrinted(joinPath(from, `${name}.txt`)));
const [train, valid, test] = [await read('train'), await read('valid'), await read('test')];
const training = takesOf(join(train, valid));
const held = takesOf(test);
const events = takesOf(train).length;
checkCounts({
  'events of train.txt': { is: events, of: 719_081 },
  'events of valid.txt': { is: training.length - events, of: 91_047 },
  'events of test.txt': { is: held.length, of: 217_242 },
  users: { is: countUsers([...training, ...held]), of: 29_858 },
  items: { is: new Set([...training, ...held].map((take) => take.item)).size, of: 40_981 },
});
await writeImportFiles(to, 'gowalla', { train: training, test: held });

const inner = innerSplit(train, valid);
await writeImportFiles(joinPath(to, 'inner'), 'gowalla', {
  train: takesOf(inner.train),
  test: takesOf(inner.test),
});
