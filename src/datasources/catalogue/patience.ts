import { JOB_TIMEOUT_MS, REQUEST_TIMEOUT_MS } from '../../platform/elasticsearch/connection.js';

interface Patience {
  readonly timeoutMs: number;
  /** How often writes that were refused for a moment are sent again. */
  readonly retries: number;
}

/** Calls up to this size come from requests of users, who wait; larger ones come from flows, which have time. */
const SMALL = 50;

const OF_REQUESTS: Patience = { timeoutMs: 2 * REQUEST_TIMEOUT_MS, retries: 2 };
const OF_JOBS: Patience = { timeoutMs: JOB_TIMEOUT_MS, retries: 6 };

/** How long to wait for a call about so many documents. What a request gives up on, the outbox brings again. */
export const patienceFor = (documents: number): Patience => (documents <= SMALL ? OF_REQUESTS : OF_JOBS);
