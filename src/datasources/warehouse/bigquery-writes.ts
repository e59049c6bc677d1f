import { hash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { HunchError, UnavailableError } from '../../domain/errors.js';
import type { Millis } from '../../domain/time.js';
import { type BigQueryDataset, type JobLabels, safeLabels } from './bigquery-dataset.js';
import { addColumn, explained, isLost, isNotFound, unknownField } from './bigquery-errors.js';
import type { SourceRow } from './source-rows.js';
import { SOURCE_COLUMNS, type SourceTable } from './source-tables.js';

type Json = string | boolean | null | readonly string[];
/** A row by the names of its columns, as insertAll and load jobs take it. */
export type JsonRow = Readonly<Record<string, Json>>;

/** First and last time that a TIMESTAMP can hold. */
const FIRST_TIME: Millis = -62_135_596_800_000;
const LAST_TIME: Millis = 253_402_300_799_999;
const INSERT_ID_LENGTH = 128;

/** Rejects with INVALID_DATA a time that BigQuery has no TIMESTAMP for. */
export function jsonRow(table: SourceTable, row: SourceRow, arrival: bigint): JsonRow {
  const json: Record<string, Json> = {};
  let place = 0;
  for (const [name, type] of Object.entries(SOURCE_COLUMNS[table])) {
    const value = row.values[place] ?? null;
    if (name === 'arrival') json[name] = String(arrival);
    else if (typeof value !== 'number') json[name] = value;
    else json[name] = type === 'TIMESTAMP' ? timestamp(value, { table, row, name }) : String(value);
    place += 1;
  }
  return json;
}

function timestamp(
  time: Millis,
  { table, row, name }: { readonly table: string; readonly row: SourceRow; readonly name: string },
): string {
  if (time >= FIRST_TIME && time <= LAST_TIME) return new Date(time).toISOString();
  throw new HunchError(
    'INVALID_DATA',
    `${name} of ${row.values[0]} in ${table} is ${time}; BigQuery keeps times from the years 1 to 9999.`,
  );
}

/** What BigQuery may know a repeated row by. */
function insertId(table: SourceTable, row: JsonRow): string {
  const [own = ''] = Object.values(row);
  const isOnce = table === 'events' || table === 'user_changes';
  const id = isOnce ? String(own) : `${own}@${row.recorded_at}`;
  return id.length <= INSERT_ID_LENGTH ? id : hash('sha256', id, 'hex');
}

const refusal = z.object({
  name: z.literal('PartialFailureError'),
  errors: z.array(
    z.object({
      row: z.object({ insertId: z.string() }),
      errors: z.array(z.object({ reason: z.string().catch(''), message: z.string().catch('') })),
    }),
  ),
});

/**
 * Streams rows in: one request, all of them or none. Rejects with INVALID_DATA that names a row and what is wrong with it, and with
 * INVALID_CONFIGURATION where the table lacks a column.
 */
export async function insertRows(
  dataset: BigQueryDataset,
  table: SourceTable,
  rows: readonly JsonRow[],
): Promise<void> {
  const target = `hunch_${table}`;
  const wire = rows.map((json) => ({ insertId: insertId(table, json), json }));
  try {
    await dataset.client
      .dataset(dataset.settings.dataset)
      .table(target)
      .insert(wire, { raw: true, partialRetries: 0 });
  } catch (error) {
    const refused = refusal.safeParse(error);
    if (refused.success) throw refusedRow(target, refused.data.errors, error);
    const failure = explained(error, `adding to ${target}`);
    if (failure.code !== 'NOT_FOUND') throw failure;
    throw new UnavailableError(
      `BigQuery takes no rows for ${target} yet, which lasts for some minutes after the table was made. If it was removed, run deploy/bigquery/${target}.sql.`,
      error,
    );
  }
}

function refusedRow(table: string, refused: z.infer<typeof refusal>['errors'], cause: unknown): HunchError {
  // The rows that are all right are refused too, as "stopped".
  const faults = refused.flatMap(({ row, errors }) =>
    errors.filter(({ reason }) => reason !== 'stopped').map((fault) => ({ row, ...fault })),
  );
  const column = faults.map(({ message }) => unknownField(message)).find((name) => name !== null);
  if (column !== undefined) {
    const message = `${table} takes no row: ${addColumn(column)}`;
    return new HunchError('INVALID_CONFIGURATION', message, { cause });
  }
  const [first] = faults;
  const what =
    first === undefined ? 'a row' : `the row ${first.row.insertId}: ${first.message} (${first.reason})`;
  return new HunchError(
    'INVALID_DATA',
    `${table} refuses ${what}${faults.length > 1 ? `, and ${faults.length - 1} more faults` : ''}. No row of the batch was added.`,
    { cause },
  );
}

const uploadAnswer = z.object({
  jobReference: z.object({ jobId: z.string(), location: z.string().optional() }),
});

/** Loads rows by a job: all of them or none. `rows` is asked again where the upload was cut off. */
export async function loadRows(
  dataset: BigQueryDataset,
  { table, labels = {} }: { readonly table: string; readonly labels?: JobLabels },
  rows: () => Iterable<JsonRow>,
): Promise<void> {
  const jobId = `hunch_load_${randomUUID()}`;
  const doing = `loading into ${table}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { jobReference } = await upload(dataset, { table, labels, jobId }, rows);
      const { location } = jobReference;
      await dataset.client.job(jobReference.jobId, location === undefined ? {} : { location }).promise();
      return;
    } catch (error) {
      const failure = explained(error, doing);
      // The job may run although the answer was lost.
      const mayRun = failure.code === 'CONFLICT' || (attempt === 1 && isLost(error));
      if (!mayRun) throw failure;
      if (await finished(dataset, jobId, doing)) return;
      if (attempt > 1) throw failure;
    }
  }
}

/** Waits for a job that may have begun; false where there is none. */
async function finished(dataset: BigQueryDataset, jobId: string, doing: string): Promise<boolean> {
  // Without the place where it runs, BigQuery finds a job in the US and the EU only.
  const location = dataset.settings.location ?? (await dataset.location());
  const job = dataset.client.job(jobId, { location });
  try {
    await job.getMetadata();
  } catch (error) {
    if (isNotFound(error)) return false;
    throw explained(error, doing);
  }
  try {
    await job.promise();
    return true;
  } catch (error) {
    throw explained(error, doing);
  }
}

function upload(
  dataset: BigQueryDataset,
  { table, labels, jobId }: { readonly table: string; readonly labels: JobLabels; readonly jobId: string },
  rows: () => Iterable<JsonRow>,
): Promise<z.infer<typeof uploadAnswer>> {
  const { project, dataset: datasetId, location } = dataset.settings;
  const job = {
    configuration: {
      labels: safeLabels(labels),
      load: {
        destinationTable: { projectId: project, datasetId, tableId: table },
        sourceFormat: 'NEWLINE_DELIMITED_JSON',
        createDisposition: 'CREATE_NEVER',
        writeDisposition: 'WRITE_APPEND',
      },
    },
    jobReference: { projectId: project, jobId, ...(location === null ? {} : { location }) },
  };
  const parts = [
    { 'Content-Type': 'application/json', body: JSON.stringify(job) },
    { 'Content-Type': 'application/octet-stream', body: Readable.from(lines(rows()), { objectMode: false }) },
  ];
  return new Promise((resolve, reject) => {
    dataset.clientWithoutRetries.request(
      {
        method: 'POST',
        uri: `${dataset.client.apiEndpoint}/upload/bigquery/v2/projects/${project}/jobs`,
        qs: { uploadType: 'multipart' },
        multipart: parts,
      },
      (error, body) => {
        if (error !== null) return reject(error);
        const answer = uploadAnswer.safeParse(body);
        return answer.success ? resolve(answer.data) : reject(answer.error);
      },
    );
  });
}

const LINES_AT_ONCE = 500;

/** As lines of JSON, many at once: a piece a row would cost more than the row. */
function* lines(rows: Iterable<JsonRow>): Generator<string> {
  let text: string[] = [];
  for (const row of rows) {
    text.push(`${JSON.stringify(row)}\n`);
    if (text.length < LINES_AT_ONCE) continue;
    yield text.join('');
    text = [];
  }
  if (text.length > 0) yield text.join('');
}
