import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importStores } from '../../tests/support/import-stores.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { writeParquet } from '../../tests/support/write-parquet.js';
import type { PollEvent } from '../domain/event.js';
import { type OptionId, optionId } from '../domain/ids.js';
import { VOTE_SCHEMA, voteParser } from './event-rows.js';
import { importFiles } from './import-files.js';
import { openRows } from './open-rows.js';
import { RowFault } from './reject-reason.js';

const NOW = Date.UTC(2026, 10, 23);
const OPTIONS: ReadonlySet<OptionId> = new Set(['agree', 'disagree'].map(optionId));
const folders = tempFolders();
const stores = importStores();

interface Vote {
  readonly user: string;
  readonly poll: string;
  readonly option: string;
  /** Null: the field is empty. */
  readonly at: number | null;
  readonly author: boolean;
}

const id = fc.oneof(
  fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' }),
  fc.constantFrom('a,b', '"', 'a"b', ' ', 'ü|ö', "o'neil", '0', 'null', '@me', 'x\ny', '\u2028'),
);
const vote: fc.Arbitrary<Vote> = fc.record({
  user: id,
  poll: id,
  option: fc.constantFrom('agree', 'disagree', 'maybe', 'x:y'),
  at: fc.option(fc.integer({ min: 1e12, max: NOW }), { freq: 10 }),
  author: fc.boolean(),
});

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const sql = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const iso = (at: number | null): string => (at === null ? '' : new Date(at).toISOString());

function asCsv(votes: readonly Vote[]): string {
  const rows = votes.map(({ user, poll, option, at, author }) =>
    [user, poll, option, iso(at), author ? '1' : '0'].map(quoted).join(','),
  );
  return `user_id,poll_id,option,voted_at,is_author\n${rows.join('\n')}\n`;
}

function asNdjson(votes: readonly Vote[]): string {
  return votes
    .map(({ user, poll, option, at, author }) =>
      JSON.stringify({ is_author: author, voted_at: at, option, poll_id: poll, user_id: user }),
    )
    .join('\n');
}

function asSelect(votes: readonly Vote[]): string {
  const rows = votes.map(({ user, poll, option, at, author }) => {
    const time = at === null ? 'NULL' : `make_timestamp(${at}000)`;
    return `(${[sql(user), sql(poll), sql(option), time, author].join(', ')})`;
  });
  return `SELECT * FROM (VALUES ${rows.join(', ')}) AS v(user_id, poll_id, option, voted_at, is_author)`;
}

/** What every row of the file comes to: an event, or a reason. */
async function readVotes(path: string): Promise<(PollEvent | string)[]> {
  const reader = await openRows(path, VOTE_SCHEMA);
  const parse = voteParser({ columns: reader.columns, optionsOf: () => OPTIONS, now: NOW });
  const read: (PollEvent | string)[] = [];
  for await (const batch of reader.batches) {
    for (const { values } of batch.rows) {
      const result = parse(values);
      read.push(result instanceof RowFault ? result.reason : result);
    }
    for (const { fault } of batch.unreadable) read.push(fault.reason);
  }
  await reader.close();
  return read;
}

describe('formats', () => {
  it('come to the same events and the same reasons', async () => {
    const folder = await folders.make();
    const path = (name: string): string => join(folder, name);
    await fc.assert(
      fc.asyncProperty(fc.array(vote, { minLength: 1, maxLength: 20 }), async (drawn) => {
        // A line break in an id is a stray quote for CSV, a bad id elsewhere: the other cases are compared.
        const votes = drawn.filter(({ user, poll }) => !/[\r\n]/.test(user + poll));
        fc.pre(votes.length > 0);
        await writeFile(path('votes.csv'), asCsv(votes));
        await writeFile(path('votes.ndjson'), asNdjson(votes));
        await writeFile(path('packed.csv'), gzipSync(asCsv(votes)));
        await writeParquet(path('votes.parquet'), asSelect(votes));
        const expected = await readVotes(path('votes.csv'));
        expect(expected).toHaveLength(votes.length);
        for (const name of ['votes.ndjson', 'packed.csv', 'votes.parquet']) {
          expect(await readVotes(path(name)), name).toEqual(expected);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keep the good rows of a Parquet file and count the bad ones by reason', async () => {
    const folder = await folders.make();
    const ports = await stores.open(folder, () => NOW);
    const polls = join(folder, 'polls.parquet');
    await writeParquet(
      polls,
      `SELECT * FROM (VALUES
        ('p', ['food', 'art'], NULL, DATE '2026-01-01', '', [{'id': 'agree', 'label': 'Yes'}, {'id': 'no', 'label': 'No'}]),
        ('q', ['food'], 'ada', NULL, '?', [{'id': 'a', 'label': 'A'}, {'id': 'b', 'label': NULL}]),
        ('r', NULL, 'ada', DATE '2026-01-01', '?', [{'id': 'a', 'label': 'A'}])
      ) AS v(poll_id, topics, author_id, created_at, question, options)`,
    );
    const votes = join(folder, 'votes.parquet');
    await writeParquet(
      votes,
      `SELECT * FROM (VALUES
        ('bob'::BLOB, 'p', 'agree', TIMESTAMPTZ '2026-02-01 11:00:00+01'),
        (NULL, 'p', 'agree', TIMESTAMPTZ '2026-02-01 10:00:00+00'),
        ('\\xFF'::BLOB, 'p', 'agree', TIMESTAMPTZ '2026-02-01 10:00:00+00'),
        ('bob'::BLOB, 'z', 'agree', TIMESTAMPTZ '2026-02-01 10:00:00+00'),
        ('bob'::BLOB, 'p', 'b', TIMESTAMPTZ '2026-02-01 10:00:00+00'),
        ('bob'::BLOB, 'p', 'no', TIMESTAMPTZ '1960-02-01 10:00:00+00'),
        ('bob'::BLOB, 'p', 'no', NULL)
      ) AS v(user_id, poll_id, option, voted_at)`,
    );
    const { files } = await importFiles(ports, { files: { polls, votes }, rejectsFolder: folder });
    expect(files.map(({ kind, added, reasons }) => ({ kind, added, reasons }))).toEqual([
      { kind: 'polls', added: 1, reasons: { MISSING_FIELD: 1, BAD_OPTIONS: 1 } },
      {
        kind: 'votes',
        added: 1,
        reasons: { MISSING_FIELD: 2, BAD_ENCODING: 1, UNKNOWN_POLL: 1, UNKNOWN_OPTION: 1, BAD_DATE: 1 },
      },
    ]);
    const [event] = await ports.rows('events', 'arrival');
    expect(event).toMatchObject({ user_id: 'bob', option_id: 'agree' });
    expect(Number(event?.occurred_at)).toBe(Date.UTC(2026, 1, 1, 10));
  });
});
