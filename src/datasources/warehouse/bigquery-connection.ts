import { BigQuery } from '@google-cloud/bigquery';
import { isWorthRetrying } from './bigquery-errors.js';

/** Which dataset, and how to reach it. */
export interface BigQuerySettings {
  readonly project: string;
  readonly dataset: string;
  /** Root of a server that stands in for Google's, asked without credentials; null: Google's, with application default ones. */
  readonly endpoint: string | null;
  /** Null: the location of the dataset. */
  readonly location: string | null;
  /** The most bytes that one statement may bill. */
  readonly maxBytesBilled: number;
}

/** With pauses of two and four seconds; whoever waits for more is told, and tries again at a time of their own. */
const RETRIES = 2;

/**
 * A client of the project; nothing is asked of the server yet. Without `retries` it asks each thing once, also where no answer
 * came, which a request wants whose body can not be read twice.
 */
export function connectBigQuery(
  { project, endpoint, location }: BigQuerySettings,
  { retries = true }: { readonly retries?: boolean } = {},
): BigQuery {
  const options = {
    projectId: project,
    retryOptions: { autoRetry: retries, maxRetries: RETRIES, retryableErrorFn: isWorthRetrying },
    ...(location === null ? {} : { location }),
  };
  if (endpoint === null) return new BigQuery(options);
  const own = { ...options, apiEndpoint: endpoint };
  // A key of its own keeps the client from looking for Google's metadata server.
  return new BigQuery({ ...own, authClient: new BigQuery(own).authClient.fromAPIKey('none') });
}
