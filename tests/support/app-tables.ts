import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BigQuery } from '@google-cloud/bigquery';
import { parse } from 'csv-parse/sync';
import { connectBigQuery } from '../../src/datasources/warehouse/bigquery-connection.js';
import { PACKAGE_ROOT } from './package-root.js';
import type { RealVotes } from './real-votes.js';

type Row = Readonly<Record<string, string>>;

export interface AppDataset {
  readonly endpoint: string;
  readonly project: string;
  readonly dataset: string;
}

/** The client of an app that stands beside the service. */
export const appClient = (target: AppDataset): BigQuery =>
  connectBigQuery({ ...target, location: null, maxBytesBilled: 1e9 });

/**
 * Makes the dataset and, in it, the tables `polls` and `votes` as an app of its own would have them: the polls and the training
 * votes of the development set, loaded from files.
 */
export async function loadAppTables(target: AppDataset, votes: RealVotes, folder: string): Promise<void> {
  const client = appClient(target);
  await client.createDataset(target.dataset);
  const languages = new Map(readCsv(await readFile(votes.topics)).map((row) => [row.topic_id, row.language]));
  const polls = readCsv(await readFile(votes.polls)).map((row) => ({
    poll_id: row.poll_id,
    question: row.question,
    option_ids: row.options?.split('|'),
    option_labels: row.options?.split('|'),
    topics: [row.topic_id],
    language: languages.get(row.topic_id) || null,
    author_id: row.author_id || null,
    created_at: row.created_at,
    status: 'OPEN',
  }));
  const cast = readCsv(await readFile(votes.trainVotes)).map((row) => ({
    user_id: row.user_id,
    poll_id: row.poll_id,
    option: row.option,
    voted_at: row.voted_at,
    is_author: row.is_author === '1',
  }));
  await load(client, target, { table: 'polls', rows: polls, folder });
  await load(client, target, { table: 'votes', rows: cast, folder });
}

const readCsv = (file: Buffer): Row[] => parse(gunzipSync(file), { columns: true }) as Row[];

async function load(
  client: BigQuery,
  { project, dataset }: AppDataset,
  {
    table,
    rows,
    folder,
  }: { readonly table: string; readonly rows: readonly object[]; readonly folder: string },
): Promise<void> {
  const ddl = await readFile(join(PACKAGE_ROOT, 'deploy', 'bigquery', `${table}.sql`), 'utf8');
  const [job] = await client.createQueryJob({
    query: ddl,
    defaultDataset: { projectId: project, datasetId: dataset },
  });
  await job.getQueryResults();
  const file = join(folder, `${table}.ndjson`);
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await client.dataset(dataset).table(table).load(file, { sourceFormat: 'NEWLINE_DELIMITED_JSON' });
}
