import { describe, expect, it } from 'vitest';
import { bigQueryOptions } from '../../../tests/support/bigquery.js';
import { bigQueryStubs, job, refusal } from '../../../tests/support/bigquery-stub.js';
import { pollEvent } from '../../../tests/support/poll-events.js';
import { stubbedWarehouses } from '../../../tests/support/stubbed-warehouse.js';
import { explained } from './bigquery-errors.js';
import { BigQueryWarehouse } from './bigquery-warehouse.js';

const stubs = bigQueryStubs();
const { begin, sessionOn } = stubbedWarehouses();

describe('BigQueryWarehouse says what is wrong and what to do', () => {
  it.each([
    [
      'no right to run jobs',
      refusal(
        403,
        'accessDenied',
        'Access Denied: Project p: User does not have bigquery.jobs.create permission in project p.',
      ),
      {
        code: 'INVALID_CONFIGURATION',
        retryable: false,
        message: /Project p: User does not.*roles\/bigquery\.jobUser/,
      },
    ],
    [
      'no right to read a table',
      refusal(
        403,
        'accessDenied',
        'Access Denied: Table p:app.hunch_events: User does not have permission to query table p:app.hunch_events, or perhaps it does not exist.',
      ),
      {
        code: 'INVALID_CONFIGURATION',
        retryable: false,
        message: /hunch_events.*roles\/bigquery\.dataEditor/,
      },
    ],
    [
      'a used up quota',
      refusal(
        403,
        'quotaExceeded',
        'Quota exceeded: Your project exceeded quota for free query bytes scanned.',
      ),
      { code: 'UNAVAILABLE', retryable: true, message: /Quotas in the console/ },
    ],
    [
      'a dataset that is not there',
      refusal(404, 'notFound', 'Not found: Dataset p:app was not found in location US'),
      { code: 'INVALID_CONFIGURATION', retryable: false, message: /bq .*mk --dataset p:app.*WAREHOUSE_URL/ },
    ],
    [
      'a table of ours that is not there',
      job('DONE', {
        reason: 'notFound',
        message: 'Not found: Table p:app.hunch_topics was not found in location US',
      }),
      { code: 'NOT_FOUND', retryable: false, message: /deploy\/bigquery\/hunch_topics\.sql/ },
    ],
    [
      'a table of the run that is not there',
      job('DONE', {
        reason: 'notFound',
        message: 'Not found: Table p:app.clean_votes was not found in location US',
      }),
      { code: 'NOT_FOUND', retryable: false, message: /no clean_votes: the step that makes it/ },
    ],
    [
      'a column that is not there',
      job('DONE', {
        reason: 'invalidQuery',
        message: 'Unrecognized name: opton; Did you mean option? at [3:5]',
      }),
      { code: 'INVALID_DATA', retryable: false, message: /no column opton.*deploy\/bigquery/ },
    ],
    [
      'a limit of bytes, with a job',
      job('DONE', {
        reason: 'bytesBilledLimitExceeded',
        message: 'Query exceeded limit for bytes billed: 1000000. 10485760 or higher required.',
      }),
      { code: 'FLOW_FAILED', retryable: false, message: /10485760.*WAREHOUSE_MAX_BYTES_BILLED/ },
    ],
    [
      'a limit of bytes, at once',
      refusal(
        500,
        'bytesBilledLimitExceeded',
        'Query exceeded limit for bytes billed: 1000000. 10485760 or higher required.',
      ),
      { code: 'FLOW_FAILED', retryable: false, message: /WAREHOUSE_MAX_BYTES_BILLED/ },
    ],
    [
      'expired credentials',
      refusal(
        401,
        'authError',
        'Request had invalid authentication credentials. Expected OAuth 2 access token.',
      ),
      {
        code: 'UNAUTHENTICATED',
        retryable: false,
        message: /gcloud auth application-default login.*GOOGLE_APPLICATION_CREDENTIALS/,
      },
    ],
  ])('of %s', async (_, answer, { code, retryable, message }) => {
    const { session, stub } = await sessionOn(() => answer);
    const before = stub.requests.length;
    await expect(session.all('SELECT user_id FROM events')).rejects.toMatchObject({
      code,
      retryable,
      message: expect.stringMatching(message),
    });
    // Nothing is asked twice where asking again can not help.
    expect(stub.requests.length - before).toBe(1);
  });

  it.each([
    [
      'a fault of the service',
      refusal(503, 'backendError', 'Error encountered during execution. Retrying may solve the problem.'),
    ],
    [
      'too many requests',
      refusal(
        403,
        'rateLimitExceeded',
        'Exceeded rate limits: too many table update operations for this table.',
      ),
    ],
    ['a gateway in front of it', { status: 502, body: 'Bad Gateway' }],
  ])('of %s, after asking again', { timeout: 20_000 }, async (_, answer) => {
    const { session, stub } = await sessionOn(() => answer);
    const before = stub.requests.length;
    await expect(session.all('SELECT 1 AS one')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    });
    expect(stub.requests.length - before).toBe(3);
  });

  it.each([
    'Could not load the default credentials. Browse to https://cloud.google.com/docs for more information.',
    'invalid_grant',
    'Could not refresh access token: Unsuccessful response status code.',
  ])('of credentials that are missing or have ended: %s', (message) => {
    const failure = explained(new Error(message), 'reading hunch_events');
    expect(failure).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
    expect(failure.message).toContain('gcloud auth application-default login');
  });

  it('of a server that is not there', { timeout: 20_000 }, async () => {
    const opening = BigQueryWarehouse.open(bigQueryOptions('http://127.0.0.1:1', 'app'));
    await expect(opening).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: expect.stringMatching(/can not be reached.*WAREHOUSE_URL/),
    });
  });

  it('of a dataset that is not there, when it is opened', async () => {
    const { url } = await stubs.start(() => refusal(404, 'notFound', 'Not found: Dataset test-project:app'));
    await expect(BigQueryWarehouse.open(bigQueryOptions(url, 'app'))).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
    });
  });

  it('of a row that is refused, by its id', async () => {
    const { warehouse } = await begin(() => ({
      status: 200,
      body: {
        kind: 'bigquery#tableDataInsertAllResponse',
        insertErrors: [
          { index: 0, errors: [{ reason: 'stopped', message: '' }] },
          {
            index: 1,
            errors: [{ reason: 'invalid', location: 'position', message: 'Cannot convert value to integer' }],
          },
        ],
      },
    }));
    const adding = warehouse.append({ events: [pollEvent({ id: 'good' }), pollEvent({ id: 'bad' })] });
    await expect(adding).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringMatching(/hunch_events refuses the row bad: Cannot convert.*\(invalid\).*No row/),
    });
  });

  it.each([
    [
      'streamed in',
      1,
      {
        status: 200,
        body: {
          insertErrors: [{ index: 0, errors: [{ reason: 'invalid', message: 'no such field: position.' }] }],
        },
      },
    ],
    [
      'loaded',
      5_001,
      job('DONE', {
        reason: 'invalid',
        message:
          'Error while reading data, error message: JSON parsing error in row starting at position 0: No such field: position.',
      }),
    ],
  ])('of a table that lacks a column of rows that are %s', async (_, rows, answer) => {
    const { warehouse } = await begin(() => answer);
    const events = Array.from({ length: rows }, (__, place) => pollEvent({ id: `e${place}` }));
    await expect(warehouse.append({ events })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      retryable: false,
      message: expect.stringMatching(
        /hunch_events.*no column position.*deploy\/bigquery.*ADD COLUMN position/,
      ),
    });
  });

  it('of a table that takes no rows yet', async () => {
    const { warehouse } = await begin(() =>
      refusal(404, 'notFound', 'Not found: Table test-project:app.hunch_events'),
    );
    await expect(warehouse.append({ events: [pollEvent()] })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/hunch_events\.sql/),
    });
  });
});
