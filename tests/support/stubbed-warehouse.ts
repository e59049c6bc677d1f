import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { bigQuerySnapshot } from '../../src/datasources/warehouse/bigquery-snapshot.js';
import { BigQueryWarehouse } from '../../src/datasources/warehouse/bigquery-warehouse.js';
import type { WarehouseSession } from '../../src/datasources/warehouse/warehouse.js';
import { runId } from '../../src/domain/ids.js';
import { bigQueryOptions } from './bigquery.js';
import { bigQueryStubs, job, refusal, TABLE } from './bigquery-stub.js';
import type { Answering, HttpStub } from './http-stub.js';

const NO_TABLE = refusal(404, 'notFound', 'Not found: Table test-project:app.x');

const jobId = z.object({ jobReference: z.object({ jobId: z.string() }) });
const NO_COPIES = {
  status: 200,
  body: {
    jobComplete: true,
    schema: { fields: [{ name: 'copies', type: 'INTEGER' }] },
    rows: [{ f: [{ v: '0' }] }],
  },
};

/** A snapshot of nothing. */
export const EMPTY_SNAPSHOT = bigQuerySnapshot(1n, null, { events: 0, polls: 0, topics: 0, userChanges: 0 });

interface StubbedWarehouse {
  readonly warehouse: BigQueryWarehouse;
  readonly stub: HttpStub;
}

/** Warehouses on servers that answer as a test wants it; they end with the test, and the servers with the suite. */
export function stubbedWarehouses(): {
  /** Its tables are all there, without copies of the app's rows; everything else is answered by `answer`. */
  begin(answer: Answering): Promise<StubbedWarehouse>;
  /** The same with a session on it. */
  sessionOn(answer: Answering): Promise<StubbedWarehouse & { readonly session: WarehouseSession }>;
} {
  const stubs = bigQueryStubs();

  async function begin(answer: Answering): Promise<StubbedWarehouse> {
    const counting = new Set<string>();
    const stub = await stubs.start((request, place) => {
      if (request.body.includes(' AS copies')) {
        counting.add(jobId.parse(JSON.parse(request.body)).jobReference.jobId);
        return job('DONE');
      }
      if (counting.has(request.path.split('/').at(-1) ?? '')) return NO_COPIES;
      if (request.method === 'GET' && /\/tables\/\w+$/.test(request.path)) {
        return /hunch_(run|held)_|\/(votes|polls|impressions)$/.test(request.path) ? NO_TABLE : TABLE;
      }
      return answer(request, place);
    });
    const warehouse = await BigQueryWarehouse.open(bigQueryOptions(stub.url, 'app'));
    onTestFinished(() => warehouse.close());
    return { warehouse, stub };
  }

  async function sessionOn(answer: Answering) {
    const { warehouse, stub } = await begin(answer);
    const session = await warehouse.session({
      snapshot: EMPTY_SNAPSHOT,
      flow: 'popular',
      run: runId('Run.1'),
    });
    onTestFinished(() => session.close());
    return { session, stub, warehouse };
  }

  return { begin, sessionOn };
}
