import { z } from 'zod';
import { type ErrorCode, HunchError, UnavailableError } from '../../domain/errors.js';

const GRANTS =
  'Grant roles/bigquery.jobUser on the project, roles/bigquery.dataEditor on the dataset, and roles/bigquery.dataViewer on what its views read.';

/** As the client throws it: BigQuery's own words, those of the sign-in, or of the network. */
const apiError = z.object({
  message: z.string().catch(''),
  code: z.union([z.number(), z.string()]).optional().catch(undefined),
  status: z.number().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  errors: z
    .array(z.object({ reason: z.string().optional(), message: z.string().optional() }))
    .optional()
    .catch(undefined),
});

/** Reasons of BigQuery's error table that pass by themselves. */
const PASSING = new Set([
  'backendError',
  'internalError',
  'jobBackendError',
  'jobInternalError',
  'jobRateLimitExceeded',
  'quotaExceeded',
  'rateLimitExceeded',
  'tableUnavailable',
  'timeout',
]);
const NETWORK = /^(E[A-Z_]+|UND_ERR_\w+)$/;
const CREDENTIALS =
  /invalid_grant|invalid_rapt|invalid_client|could not load the default credentials|could not refresh access token|unable to detect a project id|credential/i;
const MISSING_DATASET = /not found: dataset ([\w.:-]+)/i;
const MISSING_TABLE = /not found: (?:table|view) ([\w.:$-]+)/i;
const MISSING_COLUMN =
  /Unrecognized name: `?(\w+)|Name (\w+) not found inside|Referenced column "(\w+)" not found/i;
/** Of a row that is added: the table has no column for what it gives. */
const UNKNOWN_FIELD = /no such field: (\w+)/i;

/**
 * The error for the caller: what was being done (`reading hunch_events`), what BigQuery said, what to do. Quota, faults of
 * the service and of the network are UnavailableError; HunchErrors are given back as they are.
 */
export function explained(error: unknown, doing: string): HunchError {
  if (error instanceof HunchError) return error;
  const parsed = apiError.safeParse(error);
  const { code, status, type, errors = [], message } = parsed.data ?? { message: String(error) };
  const [first] = errors;
  const said = firstLine(first?.message ?? message);
  const fail = (kind: ErrorCode, remedy: string): HunchError =>
    new HunchError(kind, `BigQuery, ${doing}: ${said} ${remedy}`, { cause: error, retryable: false });
  const away = (remedy: string): HunchError =>
    new UnavailableError(`BigQuery, ${doing}: ${said} ${remedy}`, error);

  const reason = first?.reason ?? '';
  const http = typeof code === 'number' ? code : status;
  if (reason === 'quotaExceeded') {
    return away('A quota is used up: it is given back in time, or raised under Quotas in the console.');
  }
  if (PASSING.has(reason)) return away('Try again.');
  if (reason === 'bytesBilledLimitExceeded') {
    return fail('FLOW_FAILED', 'Raise WAREHOUSE_MAX_BYTES_BILLED, if that is meant to be paid.');
  }
  if (reason === 'responseTooLarge') {
    return fail('FLOW_FAILED', 'BigQuery hands out no result over 10 GB.');
  }
  if (reason === 'resourcesExceeded') {
    return fail('FLOW_FAILED', 'The statement is too large for the slots it may have.');
  }
  if (http === 401 || reason === 'authError' || (reason === '' && CREDENTIALS.test(message))) {
    return fail(
      'UNAUTHENTICATED',
      'Sign in with `gcloud auth application-default login`, or name a key file in GOOGLE_APPLICATION_CREDENTIALS.',
    );
  }
  if (reason === 'accessDenied' || http === 403) return fail('INVALID_CONFIGURATION', GRANTS);
  if (reason === 'notFound' || http === 404) return missing(said, fail);
  if (reason === 'duplicate' || http === 409)
    return fail('CONFLICT', 'Another process has made it meanwhile.');
  if (http === 429 || (http ?? 0) >= 500) return away('Try again.');
  if (type === 'system' || (typeof code === 'string' && NETWORK.test(code))) {
    return away('The server can not be reached. Check the network, and endpoint in WAREHOUSE_URL.');
  }
  const field = unknownField(said);
  if (field !== null) return fail('INVALID_CONFIGURATION', addColumn(field));
  const [, ...columns] = MISSING_COLUMN.exec(said) ?? [];
  const column = columns.find((name) => name !== undefined);
  if (column !== undefined) {
    return fail('INVALID_DATA', `There is no column ${column}; deploy/bigquery tells those of every table.`);
  }
  return fail('INVALID_DATA', reason === '' ? '' : `(${reason})`);
}

/** The column that a table lacks for a row that is added, by what BigQuery says of the row; null where it says something else. */
export const unknownField = (said: string): string | null => UNKNOWN_FIELD.exec(said)?.[1] ?? null;

/** The remedy for that. */
export const addColumn = (column: string): string =>
  `There is no column ${column}. Add it as deploy/bigquery has it: \`ALTER TABLE … ADD COLUMN ${column} …\`.`;

/** Whether BigQuery says that a table, a dataset or a job is not there. */
export const isNotFound = (error: unknown): boolean => {
  const { data } = apiError.safeParse(error);
  return data !== undefined && (data.code === 404 || data.errors?.[0]?.reason === 'notFound');
};

/** Whether the request may not have come through, or its answer not back. */
export const isLost = (error: unknown): boolean => {
  const { data } = apiError.safeParse(error);
  return data !== undefined && (data.type === 'system' || typeof data.code === 'string');
};

const failedAnswer = z.object({
  code: z.number().optional().catch(undefined),
  response: z
    .object({
      body: z.object({ error: z.object({ errors: z.array(z.object({ reason: z.string().optional() })) }) }),
    })
    .optional()
    .catch(undefined),
});
const PASSING_STATUS = new Set([408, 429, 500, 502, 503, 504]);

/** Whether the client should ask again by itself. A query over its limit of bytes is answered with 500, too. */
export function isWorthRetrying(error: unknown): boolean {
  const { data } = failedAnswer.safeParse(error);
  const reason = data?.response?.body.error.errors[0]?.reason;
  if (reason === undefined) return PASSING_STATUS.has(data?.code ?? 0);
  return reason !== 'quotaExceeded' && PASSING.has(reason);
}

const makeDataset = (dataset: string): string =>
  `Make it with \`bq --location=LOCATION mk --dataset ${dataset}\`, or correct dataset and location in WAREHOUSE_URL.`;

/** The error where BigQuery was asked for the dataset itself; what it then says of what is not there has many forms. */
export function explainedDataset(
  error: unknown,
  { project, dataset }: { readonly project: string; readonly dataset: string },
): HunchError {
  if (!isNotFound(error)) return explained(error, `looking for the dataset ${dataset}`);
  const message = `BigQuery has no dataset ${dataset} in ${project}. ${makeDataset(`${project}:${dataset}`)}`;
  return new HunchError('INVALID_CONFIGURATION', message, { cause: error });
}

function missing(said: string, fail: (kind: ErrorCode, remedy: string) => HunchError): HunchError {
  const dataset = MISSING_DATASET.exec(said)?.[1];
  if (dataset !== undefined) return fail('INVALID_CONFIGURATION', makeDataset(dataset));
  const table = MISSING_TABLE.exec(said)?.[1]?.split('.').at(-1);
  if (table === undefined) return fail('NOT_FOUND', 'Check project, dataset and location in WAREHOUSE_URL.');
  if (table.startsWith('hunch_run_') || !/^(hunch_|polls$|votes$|impressions$)/.test(table)) {
    return fail('NOT_FOUND', `There is no ${table}: the step that makes it has not run, or it has expired.`);
  }
  return fail('NOT_FOUND', `deploy/bigquery/${table}.sql makes ${table}.`);
}

const firstLine = (text: string): string => {
  const line = text.split('\n').find((one) => one.trim() !== '') ?? 'failed without a message';
  return /[.!?]$/.test(line) ? line : `${line}.`;
};
