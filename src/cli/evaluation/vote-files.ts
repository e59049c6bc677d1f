import type { VoteFiles } from '../../models/evaluation/splits.js';
import type { VoteRow } from '../../models/evaluation/vote-row.js';
import { type Warn, warnOfRejects } from './evaluation-polls.js';
import { readRows } from './read-rows.js';
import { TEST_SCHEMA, TRAINING_SCHEMA, voteRowParser } from './vote-rows.js';

export interface VoteFilePaths {
  readonly train: string;
  readonly test: string;
  readonly known?: string;
}

/** The votes of the files, and whether those of the test say what was chosen. Rejects with BAD_USER_INPUT. */
export async function readVoteFiles(
  paths: VoteFilePaths,
  warn: Warn,
): Promise<{ readonly files: VoteFiles; readonly isLabelled: boolean }> {
  const training = async (path: string): Promise<readonly VoteRow[]> => {
    const parsed = await readRows(path, TRAINING_SCHEMA, voteRowParser);
    warnOfRejects(path, parsed, warn);
    return parsed.rows;
  };
  const test = await readRows(paths.test, TEST_SCHEMA, voteRowParser);
  warnOfRejects(paths.test, test, warn);
  return {
    files: {
      train: await training(paths.train),
      test: test.rows,
      ...(paths.known === undefined ? {} : { known: await training(paths.known) }),
    },
    isLabelled: test.columns.includes('option'),
  };
}

export function* allVotes({ train, known = [], test }: VoteFiles): Generator<VoteRow> {
  yield* train;
  yield* known;
  yield* test;
}
