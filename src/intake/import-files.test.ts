import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ImportStores, importStores, readRejects } from '../../tests/support/import-stores.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import type { UserChange } from '../domain/event.js';
import { eventId, pollId, type UserId, userId } from '../domain/ids.js';
import { DAY } from '../domain/time.js';
import { type ImportOptions, importFiles } from './import-files.js';
import type { FileSummary, ImportSummary } from './import-summary.js';

const NOW = Date.UTC(2026, 10, 23, 18, 45);
const POLLS = `poll_id,topic_id,author_id,created_at,question,options
p1,food,ada,2026-01-01,Is soup food?,agree|disagree|pass
p2,food,,2026-01-02T03:04:05Z,,"[{""id"":""x"",""label"":""Ex""},{""id"":""y""}]"
`;
const VOTES = `user_id,poll_id,option,voted_at
bob,p1,agree,2026-02-01T10:00:00Z
bob,p2,y,2026-02-01T10:00:01Z
eve,p1,disagree,2026-02-02
`;

const folders = tempFolders();
const stores = importStores();

interface Bench extends ImportStores {
  /** Imports texts as files of those names, such as `votes.csv`; the kind is what comes before the dot. */
  import(
    files: Readonly<Record<string, string | Buffer>>,
    more?: Partial<ImportOptions>,
  ): Promise<ImportSummary>;
  now: number;
}

async function makeBench(): Promise<Bench> {
  const folder = await folders.make();
  const time = { now: NOW };
  const opened = await stores.open(folder, () => time.now);
  return {
    ...opened,
    get now() {
      return time.now;
    },
    set now(value) {
      time.now = value;
    },
    async import(contents, more = {}) {
      const files: Record<string, string> = {};
      for (const [name, content] of Object.entries(contents)) {
        const path = join(folder, name);
        await writeFile(path, content);
        files[name.split('.')[0] ?? ''] = path;
      }
      return importFiles(opened, { files, rejectsFolder: join(folder, 'rejects'), ...more });
    },
  };
}

/** The figures of the only file, or of that kind. */
function figures(
  summary: ImportSummary,
  kind?: string,
): Pick<FileSummary, 'added' | 'changed' | 'known' | 'reasons'> {
  const file = summary.files.find((one) => kind === undefined || one.kind === kind);
  if (file === undefined) throw new Error(`no file of kind ${kind}`);
  expect(file.rows).toBe(file.added + file.changed + file.known + file.rejected);
  const { added, changed, known, reasons } = file;
  return { added, changed, known, reasons };
}

describe('importFiles', () => {
  it('takes polls and votes over, in warehouse and catalogue', async () => {
    const bench = await makeBench();
    const topics = 'topic_id,title,language\nfood,"Food,\nand drink",EN\n';
    const summary = await bench.import({ 'votes.csv': VOTES, 'polls.csv': POLLS, 'topics.csv': topics });
    expect(summary.files.map(({ kind, added }) => [kind, added])).toEqual([
      ['topics', 1],
      ['polls', 2],
      ['votes', 3],
    ]);
    expect(summary.stopped).toBe(false);
    expect(await bench.catalogue.get([pollId('p1'), pollId('p2')])).toEqual([
      {
        id: 'p1',
        question: 'Is soup food?',
        options: ['agree', 'disagree', 'pass'].map((id) => ({ id, label: id })),
        topics: ['food'],
        language: 'en',
        authorId: 'ada',
        createdAt: Date.UTC(2026, 0, 1),
        closesAt: null,
        status: 'OPEN',
      },
      expect.objectContaining({
        question: '',
        authorId: null,
        options: [
          { id: 'x', label: 'Ex' },
          { id: 'y', label: 'y' },
        ],
      }),
    ]);
    expect(await bench.rows('events', 'occurred_at')).toMatchObject([
      { user_id: 'bob', poll_id: 'p1', option_id: 'agree', kind: 'VOTE', is_author: false },
      { user_id: 'bob', poll_id: 'p2', option_id: 'y' },
      { user_id: 'eve', poll_id: 'p1', option_id: 'disagree' },
    ]);
    expect(await bench.rows('topics', 'topic_id')).toMatchObject([
      { topic_id: 'food', title: 'Food,\nand drink', language: 'en' },
    ]);
  });

  it('changes nothing when the same files are imported again, also with votes given twice', async () => {
    const bench = await makeBench();
    const files = {
      'topics.csv': 'topic_id,title,language\nfood,Food,en\n',
      'polls.csv': POLLS,
      'votes.csv': `${VOTES}bob,p1,agree,2026-02-01T10:00:00Z\n`,
    };
    expect(figures(await bench.import(files), 'votes')).toMatchObject({ added: 3, known: 1 });
    const before = await bench.warehouse.snapshot();
    bench.now += DAY;
    const again = await bench.import(files, { batchSize: 2 });
    expect(again.files.map((file) => [file.kind, file.added, file.changed, file.known])).toEqual([
      ['topics', 0, 0, 1],
      ['polls', 0, 0, 2],
      ['votes', 0, 0, 4],
    ]);
    expect((await bench.warehouse.snapshot()).rows).toEqual(before.rows);
  });

  it('knows a vote again in another format and another spelling of its time', async () => {
    const bench = await makeBench();
    await bench.import({ 'polls.csv': POLLS, 'votes.csv': VOTES });
    const spelled = `{"user_id":"bob","poll_id":"p1","option":"agree","voted_at":"2026-02-01 11:00:00+01:00"}
{"user_id":"eve","poll_id":"p1","option":"disagree","voted_at":${Date.UTC(2026, 1, 2) / 1_000}}
{"user_id":"eve","poll_id":"p1","option":"agree","voted_at":${Date.UTC(2026, 1, 2)}}`;
    expect(figures(await bench.import({ 'votes.ndjson': spelled }))).toMatchObject({ added: 1, known: 2 });
  });

  it('gives votes without times the time of the import, and knows them again', async () => {
    const bench = await makeBench();
    const votes = 'poll_id,option,user_id\np1,agree,bob\np1,pass,bob\n';
    await bench.import({ 'polls.csv': POLLS, 'votes.csv': votes });
    bench.now += DAY;
    expect(figures(await bench.import({ 'votes.csv': votes }))).toMatchObject({ added: 0, known: 2 });
    const events = await bench.rows('events', 'arrival');
    expect(events.map((event) => [event.option_id, Number(event.occurred_at)])).toEqual([
      ['agree', NOW],
      ['pass', NOW],
    ]);
  });

  it('takes event ids, author votes, impressions and interactions over', async () => {
    const bench = await makeBench();
    await bench.import({
      'polls.csv': POLLS,
      'votes.csv': 'user_id,poll_id,option,event_id,is_author,voted_at\nada,p1,agree,e1,1,2026-02-01\n',
      'impressions.csv': 'user_id,poll_id,seen_at,position,recommendation_id\nada,p1,2026-02-02,3,r1\n',
      'interactions.jsonl': '{"user_id":"ada","poll_id":"p1","kind":"dismiss","occurred_at":"2026-02-03"}\n',
    });
    expect(await bench.rows('events', 'occurred_at')).toMatchObject([
      { event_id: 'e1', kind: 'VOTE', is_author: true, option_id: 'agree' },
      { event_id: expect.stringMatching(/^[0-9a-f]{32}$/), kind: 'IMPRESSION', recommendation_id: 'r1' },
      { event_id: expect.stringMatching(/^[0-9a-f]{32}$/), kind: 'DISMISS', option_id: null },
    ]);
  });

  it('counts bad rows of CSV by reason and keeps them aside', async () => {
    const bench = await makeBench();
    const rows = [
      'user_id,poll_id,option,voted_at,is_author,event_id',
      ',p1,agree,2026-02-01,0,',
      'bob,,agree,2026-02-01,0,',
      'bob,p1,,2026-02-01,0,',
      'bob,p1,agree,,0,',
      'bob,nowhere,agree,2026-02-01,0,',
      'bob,p1,maybe,2026-02-01,0,',
      'bob,p1,agree,soon,0,',
      'bob,p1,agree,2026-12-24,0,',
      'bob,p1,agree,2026-02-01,perhaps,',
      `${'u'.repeat(257)},p1,agree,2026-02-01,0,`,
      `bob,p1,agree,2026-02-01,0,${'e'.repeat(257)}`,
      'bob,p1,@skip,2026-02-01,0,',
      'bob,p1,agree',
      '"bob,p1,agree,2026-02-01,0,',
      'good,p1,agree,2026-02-01,0,',
    ];
    const votes = Buffer.concat([
      Buffer.from(`${rows.join('\n')}\nb`),
      Buffer.from([0xff]),
      Buffer.from('b,p1,agree,2026-02-01,0,'),
    ]);
    const summary = await bench.import({ 'polls.csv': POLLS, 'votes.csv': votes });
    expect(figures(summary, 'votes')).toEqual({
      added: 1,
      changed: 0,
      known: 0,
      reasons: {
        MISSING_FIELD: 4,
        BAD_ID: 3,
        UNKNOWN_POLL: 1,
        UNKNOWN_OPTION: 1,
        BAD_DATE: 1,
        IN_FUTURE: 1,
        BAD_VALUE: 1,
        RAGGED_ROW: 1,
        BAD_QUOTES: 1,
        BAD_ENCODING: 1,
      },
    });
    const rejects = await readRejects(summary.files[1]?.rejectsFile ?? null);
    expect(rejects).toHaveLength(15);
    expect(rejects[4]).toEqual({
      line: 6,
      reason: 'UNKNOWN_POLL',
      message: expect.stringContaining('nowhere'),
      raw: 'bob,nowhere,agree,2026-02-01,0,',
    });
    expect(rejects.map((reject) => reject.line)).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17,
    ]);
    expect(await readdir(join(bench.folder, 'rejects'))).toEqual(['20261123T184500Z-votes.ndjson']);
  });

  it('counts bad rows of NDJSON by reason', async () => {
    const bench = await makeBench();
    const vote = { user_id: 'bob', poll_id: 'p1', option: 'agree', voted_at: '2026-02-01' };
    const rows = [
      vote,
      { ...vote, user_id: undefined },
      { ...vote, voted_at: undefined },
      { ...vote, voted_at: null },
      { ...vote, voted_at: true },
      { ...vote, user_id: { name: 'bob' } },
      { ...vote, user_id: 2 ** 60 },
      { ...vote, user_id: 'line\nbreak' },
      { ...vote, user_id: 12 },
      { ...vote, poll_id: 'p3' },
      { ...vote, option: 'x' },
    ];
    const lines = [...rows.map((row) => JSON.stringify(row)), '{"user_id":', '[]', '"\\ud800"'];
    const lone = '{"user_id":"\\ud800","poll_id":"p1","option":"agree","voted_at":"2026-02-01"}';
    const summary = await bench.import({ 'polls.csv': POLLS, 'votes.ndjson': [...lines, lone].join('\n') });
    expect(figures(summary, 'votes')).toEqual({
      added: 2,
      changed: 0,
      known: 0,
      reasons: {
        MISSING_FIELD: 3,
        BAD_JSON: 3,
        BAD_VALUE: 2,
        BAD_ID: 2,
        BAD_DATE: 1,
        UNKNOWN_POLL: 1,
        UNKNOWN_OPTION: 1,
      },
    });
  });

  it('counts bad rows of polls, topics and interactions by reason', async () => {
    const bench = await makeBench();
    const polls = [
      '{"poll_id":"ok","topics":["a","b","a"],"created_at":"2026-01-01","question":"?","options":["x","y"],"language":"zh-tw"}',
      '{"poll_id":"@topic:x","created_at":"2026-01-01","question":"?","options":"a|b"}',
      '{"poll_id":"p","created_at":"2026-01-01","question":"?","options":"a"}',
      '{"poll_id":"p","created_at":"2026-01-01","question":"?","options":"a|a"}',
      '{"poll_id":"p","created_at":"2026-01-01","question":"?","options":"a:b|c"}',
      '{"poll_id":"p","created_at":"2026-01-01","question":"?","options":"a||c"}',
      '{"poll_id":"p","created_at":"2026-01-01","question":"?","options":"[{"}',
      `{"poll_id":"p","created_at":"2026-01-01","question":"?","options":"${Array.from({ length: 256 }, (_, place) => place).join('|')}"}`,
      '{"poll_id":"p","created_at":"2026-01-01","question":"?"}',
      '{"poll_id":"p","created_at":"2026-01-01","question":"?","options":"a|b","status":"GONE"}',
      '{"poll_id":"p","created_at":"2026-01-01","question":"?","options":"a|b","language":"!"}',
      '{"poll_id":"p","created_at":"2026-01-01","question":"?","options":"a|b","closes_at":"never"}',
      '{"poll_id":"p","created_at":"","question":"?","options":"a|b"}',
    ];
    const summary = await bench.import({
      'topics.csv': `topic_id,title,language\n,Nothing,en\n${'t'.repeat(300)},Long,en\nt,Title,12345678901\n`,
      'polls.ndjson': polls.join('\n'),
      'interactions.csv': 'user_id,poll_id,kind\nbob,ok,SKIP\nbob,ok,LIKE\nbob,ok,VOTE\nbob,ok,\n',
    });
    expect(figures(summary, 'topics').reasons).toEqual({ MISSING_FIELD: 1, BAD_ID: 1, BAD_VALUE: 1 });
    expect(figures(summary, 'polls')).toMatchObject({
      added: 1,
      reasons: { BAD_ID: 2, BAD_OPTIONS: 4, MISSING_FIELD: 3, BAD_VALUE: 2, BAD_DATE: 1 },
    });
    expect(figures(summary, 'interactions')).toMatchObject({
      added: 1,
      reasons: { UNKNOWN_KIND: 2, MISSING_FIELD: 1 },
    });
    expect(await bench.catalogue.get([pollId('ok')])).toMatchObject([
      { topics: ['a', 'b'], language: 'zh-TW' },
    ]);
  });

  it('takes the good rows of a gzipped file that breaks off, but not the row that is cut', async () => {
    const bench = await makeBench();
    const rows = Array.from(
      { length: 5_000 },
      (_, row) => `user-${(row * 7_919) % 99_991},p1,agree,2026-02-01\n`,
    ).join('');
    const packed = gzipSync(`user_id,poll_id,option,voted_at\n${rows}`);
    // Known to be gzipped by its first bytes, whatever it is called.
    const summary = await bench.import({
      'polls.csv': POLLS,
      'votes.csv': packed.subarray(0, packed.length * 0.8),
    });
    const votes = figures(summary, 'votes');
    expect(votes.reasons).toEqual({ TRUNCATED_GZIP: 1 });
    expect(votes.added).toBeGreaterThan(3_000);
    expect(votes.added).toBeLessThan(5_000);
    const [reject] = await readRejects(summary.files[1]?.rejectsFile ?? null);
    expect(reject).toMatchObject({ line: votes.added + 2, reason: 'TRUNCATED_GZIP' });
    expect(figures(await bench.import({ 'votes.csv.gz': packed }))).toMatchObject({
      added: 5_000 - votes.added,
      known: votes.added,
    });
  });

  it('takes what a file of polls does not tell from the topic, else from what is known of the poll', async () => {
    const bench = await makeBench();
    const polls = 'poll_id,topics,author_id,created_at,question,options\nq,food|art,,2026-01-01,?,a|b\n';
    await bench.import({ 'polls.csv': polls });
    await bench.catalogue.setStatus(pollId('q'), 'HIDDEN', NOW);
    expect(figures(await bench.import({ 'polls.csv': polls }))).toMatchObject({
      added: 0,
      changed: 0,
      known: 1,
    });
    await bench.import({ 'topics.csv': 'topic_id,title,language\nart,Art,de\n' });
    bench.now += 1_000;
    expect(figures(await bench.import({ 'polls.csv': polls }))).toMatchObject({ changed: 1, known: 0 });
    expect(await bench.catalogue.get([pollId('q')])).toMatchObject([{ language: 'de', status: 'HIDDEN' }]);
    bench.now += 1_000;
    const told = polls
      .replace('options\n', 'options,status,closes_at\n')
      .replace('a|b\n', 'a|b,open,2027-01-01\n');
    expect(figures(await bench.import({ 'polls.csv': told }))).toMatchObject({ changed: 1 });
    expect(await bench.catalogue.get([pollId('q')])).toMatchObject([
      { status: 'OPEN', closesAt: Date.UTC(2027, 0, 1), language: 'de' },
    ]);
  });

  it('keeps the later of two rows of one poll', async () => {
    const bench = await makeBench();
    const twice = `${POLLS}p1,food,ada,2026-01-01,Is stew food?,agree|disagree|pass\n`;
    expect(figures(await bench.import({ 'polls.csv': twice }))).toMatchObject({ added: 2, known: 1 });
    expect(await bench.catalogue.get([pollId('p1')])).toMatchObject([{ question: 'Is stew food?' }]);
    expect(await bench.rows('polls', 'poll_id')).toMatchObject([{ question: 'Is stew food?' }, {}]);
    bench.now += 1_000;
    const again = figures(await bench.import({ 'polls.csv': twice }));
    expect(again).toMatchObject({ added: 0, changed: 0, known: 3 });
    const topics = 'topic_id,title,language\nfood,Food,\nfood,Food and drink,en\n';
    expect(figures(await bench.import({ 'topics.csv': topics }))).toMatchObject({ added: 1, known: 1 });
    const topicsAgain = figures(await bench.import({ 'topics.csv': topics }));
    expect(topicsAgain).toMatchObject({ added: 0, changed: 0, known: 2 });
  });

  it('does not bring authors back who were erased or merged into another', async () => {
    const bench = await makeBench();
    await bench.import({ 'polls.csv': POLLS });
    const [ada, eve, zoe] = ['ada', 'eve', 'zoe'].map(userId) as [UserId, UserId, UserId];
    const change = async (change: UserChange): Promise<void> => {
      await bench.warehouse.append({ userChanges: [{ change, recordedAt: change.occurredAt }] });
    };
    const authors = async () => (await bench.catalogue.get([pollId('p1')])).map((poll) => poll?.authorId);
    bench.now += 1_000;
    await change({ changeId: eventId('c1'), kind: 'MERGE', userId: ada, into: eve, occurredAt: NOW });
    expect(figures(await bench.import({ 'polls.csv': POLLS }))).toMatchObject({ changed: 1, known: 1 });
    expect(await authors()).toEqual(['eve']);
    expect(figures(await bench.import({ 'polls.csv': POLLS }))).toMatchObject({ changed: 0, known: 2 });
    bench.now += 1_000;
    await change({ changeId: eventId('c2'), kind: 'ERASE', userId: eve, occurredAt: NOW + 1 });
    expect(figures(await bench.import({ 'polls.csv': POLLS }))).toMatchObject({ changed: 1 });
    expect(await authors()).toEqual([null]);
    expect(figures(await bench.import({ 'polls.csv': POLLS }))).toMatchObject({ changed: 0, known: 2 });
    // A merge that came after the erasure leads on what was written in between; the old ids are new users afterwards.
    await change({ changeId: eventId('c3'), kind: 'MERGE', userId: eve, into: zoe, occurredAt: NOW + 2 });
    await change({ changeId: eventId('c4'), kind: 'MERGE', userId: ada, into: zoe, occurredAt: NOW + 3 });
    const written = (id: string, author: string, at: number) =>
      `${id},food,${author},${new Date(at).toISOString()},Is it food?,agree|disagree\n`;
    await bench.import({
      'polls.csv':
        POLLS + written('p3', 'eve', NOW + 2) + written('p4', 'ada', NOW + 3) + written('p5', 'ada', NOW + 4),
    });
    const ids = ['p1', 'p3', 'p4', 'p5'].map(pollId);
    expect((await bench.catalogue.get(ids)).map((poll) => poll?.authorId)).toEqual([
      null,
      'zoe',
      'zoe',
      'ada',
    ]);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['no file', {}, /no file to import/],
    ['an unknown extension', { 'votes.txt': VOTES }, /\.csv, \.ndjson, \.jsonl or \.parquet/],
    [
      'a missing column',
      { 'polls.csv': POLLS, 'votes.csv': 'user,poll_id,option\n' },
      /\(votes\) .*missing: user_id/,
    ],
    ['an empty file', { 'polls.csv': POLLS, 'votes.csv': '' }, /is empty/],
    ['no polls', { 'votes.csv': VOTES }, /holds no polls.*--polls FILE/],
  ])('refuses %s before it takes anything over', async (_, files, message) => {
    const bench = await makeBench();
    await expect(bench.import(files)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(message),
    });
    expect((await bench.warehouse.snapshot()).rows).toMatchObject({ events: 0, polls: 0 });
  });

  it('says which file there is none of', async () => {
    const bench = await makeBench();
    const missing = bench.import({}, { files: { votes: join(bench.folder, 'none.csv') } });
    await expect(missing).rejects.toThrow(/There is no file .*none\.csv/);
    await mkdir(join(bench.folder, 'folder.csv'));
    const folder = bench.import({}, { files: { votes: join(bench.folder, 'folder.csv') } });
    await expect(folder).rejects.toThrow(/folder\.csv is not a file/);
  });

  it('stops when it is told to: what was appended stays, and the next import goes on', async () => {
    const bench = await makeBench();
    const rows = Array.from({ length: 60_000 }, (_, row) => `user-${row},p1,agree,2026-02-01\n`).join('');
    const votes = `user_id,poll_id,option,voted_at\n${rows}`;
    const stop = new AbortController();
    const shares: number[] = [];
    const summary = await bench.import(
      { 'polls.csv': POLLS, 'votes.csv': votes },
      {
        batchSize: 10_000,
        signal: stop.signal,
        onProgress: ({ kind, share, rows: read }) => {
          if (kind !== 'votes') return;
          shares.push(share);
          if (read > 20_000) stop.abort();
        },
      },
    );
    expect(summary.stopped).toBe(true);
    const added = summary.files[1]?.added ?? 0;
    expect(added).toBeGreaterThanOrEqual(10_000);
    expect(added).toBeLessThan(60_000);
    expect((await bench.warehouse.snapshot()).rows.events).toBe(added);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(figures(await bench.import({ 'votes.csv': votes }))).toMatchObject({
      added: 60_000 - added,
      known: added,
    });
  });
});
