import { setTimeout as pause } from 'node:timers/promises';
import type { BigQuery, Job } from '@google-cloud/bigquery';
import { z } from 'zod';
import { HunchError } from '../../domain/errors.js';
import type { Millis } from '../../domain/time.js';
import { type BigQuerySettings, connectBigQuery } from './bigquery-connection.js';
import { explained, explainedDataset, isNotFound } from './bigquery-errors.js';
import type { QueryParameter } from './bigquery-parameters.js';
import { BigQueryBatch, type ResultField, resultSchema, type WireRow, wireRows } from './bigquery-result.js';
import { unlessAborted } from './unless-aborted.js';

/** What a job is called in the list of jobs and on the bill; texts of any kind. */
export type JobLabels = Readonly<Record<string, string>>;

export interface QueryRequest {
  readonly sql: string;
  readonly parameters?: readonly QueryParameter[];
  readonly labels?: JobLabels;
  /** For errors: `reading hunch_events`. */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
  /** Is told the bytes that the query has read. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** A query that has run, with the first page of its result. */
export interface FinishedQuery {
  /** Rows that an INSERT added. */
  changedRows(): Promise<number>;
  /** The result in pages; the next one is fetched while one is read. */
  pages(): AsyncGenerator<BigQueryBatch, void, undefined>;
}

export interface TableState {
  readonly rows: number;
  readonly fields: readonly ResultField[];
}

const PAGE_ROWS = 10_000;
const LABEL_LENGTH = 63;

const count = z.coerce.number().catch(0);
const resultPage = z.object({
  jobComplete: z.boolean().default(true),
  pageToken: z.string().optional(),
  totalBytesProcessed: count,
  schema: resultSchema.optional(),
  rows: wireRows.default([]),
});
type ResultPage = z.infer<typeof resultPage>;

const dryRunAnswer = z.object({
  statistics: z.object({
    totalBytesProcessed: z.coerce.number().optional(),
    query: z.object({ totalBytesProcessed: count, schema: resultSchema.optional() }).optional(),
  }),
});
const jobAnswer = z.object({
  statistics: z.object({ query: z.object({ numDmlAffectedRows: count }) }),
});
const datasetAnswer = z.object({ location: z.string().catch('') });
const tableAnswer = z.object({ numRows: count, schema: resultSchema.default({ fields: [] }) });

/** One dataset, in whose statements a table is called by its own name. Every error is a HunchError. */
export class BigQueryDataset {
  readonly client: BigQuery;
  /** For uploads. */
  readonly clientWithoutRetries: BigQuery;
  readonly settings: BigQuerySettings;

  constructor(settings: BigQuerySettings) {
    this.settings = settings;
    this.client = connectBigQuery(settings);
    this.clientWithoutRetries = connectBigQuery(settings, { retries: false });
  }

  /** Runs a statement to its end. An abort cancels it and rejects with the reason. */
  async query(request: QueryRequest): Promise<FinishedQuery> {
    const { doing, signal } = request;
    signal?.throwIfAborted();
    const created = this.client.createJob({ configuration: this.#configuration(request) });
    try {
      const [job] = await unlessAborted(created, signal);
      const first = await this.#page(job, {}, signal);
      const fields = first.schema?.fields ?? [];
      request.onBytes?.(first.totalBytesProcessed);
      return {
        changedRows: () => this.#changedRows(job, doing),
        pages: () => this.#pages({ job, first, fields, request }),
      };
    } catch (error) {
      if (signal?.aborted === true) {
        void created.then(([job]) => job.cancel()).catch(() => undefined);
        signal.throwIfAborted();
      }
      throw explained(error, doing);
    }
  }

  /** Makes a table by a `CREATE TABLE IF NOT EXISTS`. */
  async make(request: QueryRequest): Promise<void> {
    try {
      await this.query(request);
    } catch (error) {
      // Of two processes that make it at once, BigQuery may refuse the later one.
      if (!(error instanceof HunchError && error.code === 'CONFLICT')) throw error;
    }
  }

  /** The whole of a small result. */
  async rows(request: QueryRequest): Promise<Record<string, unknown>[]> {
    const rows: Record<string, unknown>[] = [];
    const query = await this.query(request);
    for await (const page of query.pages()) rows.push(...page.rows());
    return rows;
  }

  /** What a statement would read, over the limit too, and what its result would look like. */
  async dryRun(request: QueryRequest): Promise<{ bytes: number; fields: readonly ResultField[] }> {
    const { query, ...others } = this.#configuration(request);
    const { maximumBytesBilled: _, ...unlimited } = query;
    const configuration = { ...others, query: unlimited, dryRun: true };
    try {
      const [, answer] = await this.client.createJob({ configuration });
      const { totalBytesProcessed, query: planned } = dryRunAnswer.parse(answer).statistics;
      return {
        bytes: totalBytesProcessed ?? planned?.totalBytesProcessed ?? 0,
        fields: planned?.schema?.fields ?? [],
      };
    } catch (error) {
      throw explained(error, request.doing);
    }
  }

  /** Where its data are, such as `EU`. Rejects where there is no such dataset. */
  async location(): Promise<string> {
    try {
      const [answer] = await this.#dataset.getMetadata();
      return datasetAnswer.parse(answer).location;
    } catch (error) {
      throw explainedDataset(error, this.settings);
    }
  }

  /** Null where there is no such table or view. */
  async table(name: string): Promise<TableState | null> {
    try {
      const [answer] = await this.#dataset.table(name).getMetadata();
      const { numRows, schema } = tableAnswer.parse(answer);
      return { rows: numRows, fields: schema.fields };
    } catch (error) {
      const failure = explained(error, `looking for ${name}`);
      // A dataset that is not there is an error of its own.
      if (isNotFound(error) && failure.code === 'NOT_FOUND') return null;
      throw failure;
    }
  }

  async createTable(name: string, fields: readonly ResultField[], expiresAt: Millis): Promise<void> {
    try {
      const schema = { fields: fields.map((field) => ({ ...field })) };
      await this.#dataset.createTable(name, { schema, expirationTime: String(expiresAt) });
    } catch (error) {
      throw explained(error, `making ${name}`);
    }
  }

  /** Nothing to do where there is none. */
  async dropTable(name: string): Promise<void> {
    try {
      await this.#dataset.table(name).delete({ ignoreNotFound: true });
    } catch (error) {
      throw explained(error, `removing ${name}`);
    }
  }

  async tableNames(prefix: string): Promise<string[]> {
    try {
      const [tables] = await this.#dataset.getTables();
      return tables.map((table) => table.id ?? '').filter((name) => name.startsWith(prefix));
    } catch (error) {
      throw explained(error, `listing the tables of ${this.settings.dataset}`);
    }
  }

  get #dataset() {
    return this.client.dataset(this.settings.dataset);
  }

  #configuration({ sql, parameters = [], labels = {} }: QueryRequest) {
    return {
      labels: safeLabels(labels),
      query: {
        query: sql,
        useLegacySql: false,
        defaultDataset: { projectId: this.settings.project, datasetId: this.settings.dataset },
        maximumBytesBilled: String(this.settings.maxBytesBilled),
        parameterMode: 'NAMED',
        queryParameters: [...parameters],
      },
    };
  }

  async #changedRows(job: Job, doing: string): Promise<number> {
    try {
      const [answer] = await job.getMetadata();
      return jobAnswer.parse(answer).statistics.query.numDmlAffectedRows;
    } catch (error) {
      throw explained(error, doing);
    }
  }

  async *#pages(query: {
    readonly job: Job;
    readonly first: ResultPage;
    readonly fields: readonly ResultField[];
    readonly request: QueryRequest;
  }): AsyncGenerator<BigQueryBatch, void, undefined> {
    const { job, first, fields, request } = query;
    const after = (page: ResultPage): Promise<ResultPage> | null => {
      if (page.pageToken === undefined) return null;
      const next = this.#page(job, { pageToken: page.pageToken }, request.signal);
      // Whoever stops reading does not hear of the page that was on its way.
      next.catch(() => undefined);
      return next;
    };
    try {
      let rows: readonly WireRow[] = first.rows;
      let next = after(first);
      for (;;) {
        request.signal?.throwIfAborted();
        if (rows.length > 0) yield new BigQueryBatch(rows, fields);
        request.signal?.throwIfAborted();
        if (next === null) return;
        const page = await next;
        rows = page.rows;
        next = after(page);
      }
    } catch (error) {
      request.signal?.throwIfAborted();
      throw explained(error, request.doing);
    }
  }

  /** Waits for the job, as long as it takes. */
  async #page(
    job: Job,
    place: { readonly pageToken?: string },
    signal: AbortSignal | undefined,
  ): Promise<ResultPage> {
    for (;;) {
      const asked = job.getQueryResults({
        ...place,
        maxResults: PAGE_ROWS,
        autoPaginate: false,
        // The rows as they came: only the columns that are asked for are converted.
        skipParsing: true,
      });
      const [, , answer] = await unlessAborted(asked, signal);
      const page = resultPage.parse(answer);
      if (page.jobComplete) return page;
      // The server has held the request back for some seconds; this is for one that does not.
      await pause(POLL_PAUSE, undefined, { signal });
    }
  }
}

const POLL_PAUSE: Millis = 100;

/** Lower case letters, digits, "_" and "-", which is all that BigQuery takes. */
export function safeLabels(labels: JobLabels): Record<string, string> {
  const safe = (text: string): string =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9_-]/g, '_')
      .slice(0, LABEL_LENGTH);
  return Object.fromEntries(
    Object.entries({ app: 'hunch', ...labels }).map(([name, value]) => [name, safe(value)]),
  );
}
