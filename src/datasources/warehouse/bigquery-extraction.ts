import { z } from 'zod';
import type { Clock, Millis } from '../../domain/time.js';
import { AppColumns, type AppTable } from './app-tables.js';
import type { ArrivalSequence } from './arrival-sequence.js';
import type { BigQueryDataset, JobLabels, QueryRequest } from './bigquery-dataset.js';
import { readStatement } from './bigquery-dialect.js';
import { queryParameters } from './bigquery-parameters.js';
import {
  copyEvents,
  copyPolls,
  countPassedOver,
  type EventTables,
  WATERMARKS,
} from './extraction-queries.js';
import type { SnapshotListeners, SqlParameters } from './warehouse.js';

export interface ExtractionOptions {
  readonly dataset: BigQueryDataset;
  readonly clock: Clock;
  readonly arrivals: ArrivalSequence;
  /** Rows of the app that were recorded so long before the newest one copied are looked at again. */
  readonly overlapMs: Millis;
}

type About = Pick<QueryRequest, 'labels' | 'onBytes'>;

interface Plan {
  readonly copies: readonly QueryRequest[];
  /** Counts what is not copied; null where the app has no tables. */
  readonly unusable: QueryRequest | null;
}

/** More than all rows of a batch together need, so that what is appended meanwhile is not numbered alike. */
const ARRIVALS_OF_A_COPY = 2 ** 31;
const BEGINNING: Millis = -62_135_596_800_000;
const passedOver = z.tuple([z.object({ passed_over: z.number() })]);
const watermarks = z.tuple([z.object({ votes: z.number().nullable(), impressions: z.number().nullable() })]);

/** Copies what is new in the app's own tables, which are only read, into `hunch_source_events` and `hunch_source_polls`. */
export class BigQueryExtraction {
  readonly #options: ExtractionOptions;

  constructor(options: ExtractionOptions) {
    this.#options = options;
  }

  /** Two at once may copy a row twice, which the cleaning sees to. */
  async run(labels: JobLabels, { onProcessed, onPassedOver }: SnapshotListeners): Promise<void> {
    const { dataset } = this.#options;
    const { unusable, copies } = await this.#plan({ labels, onBytes: onProcessed });
    for (const request of copies) await dataset.query(request);
    if (unusable === null) return;
    const [{ passed_over }] = passedOver.parse(await dataset.rows(unusable));
    onPassedOver?.(passed_over);
  }

  /** The bytes that `run` would read now, but for those that tell it how far the last one got. */
  async cost(labels: JobLabels): Promise<number> {
    const { unusable, copies } = await this.#plan({ labels });
    let bytes = 0;
    for (const request of unusable === null ? copies : [...copies, unusable]) {
      bytes += (await this.#options.dataset.dryRun(request)).bytes;
    }
    return bytes;
  }

  async #plan(about: About): Promise<Plan> {
    const [votes, impressions, polls] = await Promise.all([
      this.#columns('votes'),
      this.#columns('impressions'),
      this.#columns('polls'),
    ]);
    const now = this.#options.clock();
    const copies: QueryRequest[] = [];
    const tables = { votes, impressions };
    const events = copyEvents(tables);
    const since = events === null ? {} : await this.#since(tables, now, about);
    if (events !== null) {
      const parameters = { ...since, first_arrival: this.#options.arrivals.take(ARRIVALS_OF_A_COPY) };
      copies.push(
        request(events, parameters, { ...about, doing: 'copying new rows of votes and impressions' }),
      );
    }
    if (polls !== null) {
      const parameters = { now, first_arrival: this.#options.arrivals.take(ARRIVALS_OF_A_COPY) };
      copies.push(request(copyPolls(polls), parameters, { ...about, doing: 'copying changes of polls' }));
    }
    const sql = countPassedOver({ ...tables, polls });
    const doing = 'counting the rows of the app without user, poll or time';
    return { copies, unusable: sql === null ? null : request(sql, since, { ...about, doing }) };
  }

  async #columns(table: AppTable): Promise<AppColumns | null> {
    const state = await this.#options.dataset.table(table);
    return state === null ? null : AppColumns.of(table, state.fields);
  }

  async #since({ votes, impressions }: EventTables, now: Millis, about: About): Promise<SqlParameters> {
    const { dataset, overlapMs } = this.#options;
    const doing = 'looking for the newest rows of hunch_source_events';
    const [newest] = watermarks.parse(await dataset.rows(request(WATERMARKS, { now }, { ...about, doing })));
    const since = (time: Millis | null): Millis =>
      time === null ? BEGINNING : Math.max(BEGINNING, time - overlapMs);
    const votes_since = since(newest.votes);
    const impressions_since = since(newest.impressions);
    const known_since = Math.min(
      votes === null ? Number.POSITIVE_INFINITY : votes_since,
      impressions === null ? Number.POSITIVE_INFINITY : impressions_since,
    );
    return { votes_since, impressions_since, known_since };
  }
}

function request(
  sql: string,
  parameters: SqlParameters,
  about: About & Pick<QueryRequest, 'doing'>,
): QueryRequest {
  const statement = readStatement(sql);
  return { sql, parameters: queryParameters(statement.parameters, parameters), ...about };
}
