import { httpStubs, type StubAnswer } from './http-stub.js';

/** Answer as BigQuery's API would in troubles that the emulator can not be brought into. */
export const bigQueryStubs = (): ReturnType<typeof httpStubs> =>
  httpStubs({ 'content-type': 'application/json; charset=utf-8' });

/** A refused request, in the words and the form of the API. */
export const refusal = (status: number, reason: string, message: string): StubAnswer => ({
  status,
  body: { error: { code: status, message, errors: [{ message, domain: 'global', reason }] } },
});

/** A table that is there. */
export const TABLE: StubAnswer = {
  status: 200,
  body: { kind: 'bigquery#table', numRows: '0', schema: { fields: [] } },
};

const reference = { projectId: 'test-project', jobId: 'j', location: 'EU' };

/** A job that runs, has run, or has failed for one of the reasons of BigQuery's error table. */
export const job = (state: 'RUNNING' | 'DONE', error?: { reason: string; message: string }): StubAnswer => ({
  status: 200,
  body: {
    kind: 'bigquery#job',
    jobReference: reference,
    status: error === undefined ? { state } : { state, errorResult: error, errors: [error] },
    statistics: { query: {} },
  },
});
