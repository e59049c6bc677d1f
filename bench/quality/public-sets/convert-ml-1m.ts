import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkCounts, readPrinted, writeImportFiles } from './import-files.js';
import { eligibleUsers, foldInSplit, isLiked, parseRatings } from './movielens.js';

/**
 * MovieLens 1M as files for `hunch evaluate --protocol ranking --known`, its 1,000 first users by hash unseen in training:
 * node dist/bench/quality/public-sets/convert-ml-1m.js --ratings ratings.dat --to FOLDER
 */
const UNSEEN = 1_000;

const { values } = parseArgs({
  options: { ratings: { type: 'string' }, to: { type: 'string' }, partial: { type: 'boolean' } },
});
const { ratings: file, to, partial = false } = values;
if (file === undefined || to === undefined) {
  process.stderr.write('Wants --ratings FILE, the ratings.dat of MovieLens 1M, and --to FOLDER.\n');
  process.exit(2);
}

const ratings = parseRatings(await readPrinted(file, 'latin1'));
const liked = ratings.filter(isLiked);
if (partial)
  process.stdout.write('--partial: counts are not checked; figures are not those of MovieLens 1M.\n');
else {
  checkCounts({
    ratings: { is: ratings.length, of: 1_000_209 },
    users: { is: new Set(ratings.map((rating) => rating.user)).size, of: 6_040 },
    'ratings of 4 and more': { is: liked.length, of: 575_281 },
  });
}
const users = eligibleUsers(liked);
const part = (start: number, end?: number): ReadonlySet<string> => new Set(users.slice(start, end));
const outer = foldInSplit(liked, { seen: part(UNSEEN), unseen: part(0, UNSEEN) });
await writeImportFiles(to, 'movies', { ...outer });

// The same once more among the users who train: to choose parameters on.
const inner = foldInSplit(liked, { seen: part(2 * UNSEEN), unseen: part(UNSEEN, 2 * UNSEEN) });
await writeImportFiles(join(to, 'inner'), 'movies', { ...inner });
