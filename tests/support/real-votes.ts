import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { SHARED_FOLDER, servicesAreRequired } from './package-root.js';

/** The files of the development set: real votes on real polls. */
export interface RealVotes {
  readonly folder: string;
  readonly polls: string;
  readonly topics: string;
  /** All votes; the time split of them is `trainVotes` and `testVotes`. */
  readonly votes: string;
  readonly trainVotes: string;
  readonly testVotes: string;
}

/** The files, or null on a machine without the shared folder beside the checkout. */
export function findRealVotes(): RealVotes | null {
  const folder = join(SHARED_FOLDER, 'data', 'polls', 'dev');
  if (!existsSync(join(folder, 'train_votes.csv.gz'))) return null;
  return {
    folder,
    polls: join(folder, 'polls.csv.gz'),
    topics: join(folder, 'topics.csv.gz'),
    votes: join(folder, 'votes.csv.gz'),
    trainVotes: join(folder, 'train_votes.csv.gz'),
    testVotes: join(folder, 'test_votes.csv.gz'),
  };
}

/** A suite over the real votes; where they are missing it is listed as skipped, and fails with REQUIRE_SERVICES=1. */
export function describeWithRealVotes(title: string, suite: (files: RealVotes) => void): void {
  const files = findRealVotes();
  if (files !== null) {
    describe(title, () => suite(files));
    return;
  }
  describe(title, () => {
    it.skipIf(!servicesAreRequired())('wants ../shared/data/polls', () => {
      throw new Error('REQUIRE_SERVICES=1, but there is no ../shared/data/polls/dev beside the checkout');
    });
  });
}
