import { setTimeout as delay } from 'node:timers/promises';
import { HunchError, NotFoundError, UnavailableError } from '../../domain/errors.js';
import type { ModelVersion } from '../../domain/ids.js';
import { errorIn, type HttpAnswer, type Replica } from './replica.js';

const LOAD_TIMEOUT_MS = 120_000;
const READY_TIMEOUT_MS = 60_000;
const ASK_AGAIN_MS = 50;

/**
 * Makes a replica load a version of the models `names` and waits until each is ready. A server that knows no versions reads its
 * artifact again instead. Rejects with NOT_FOUND where the replica sees no such version, INVALID_MODEL where it refuses it,
 * UNAVAILABLE where it does not answer or does not become ready.
 */
export async function loadOn(
  replica: Replica,
  names: readonly string[],
  version: ModelVersion,
): Promise<void> {
  for (const name of names) {
    const body = JSON.stringify({ parameters: { version } });
    const path = `/v2/repository/models/${name}/load`;
    const signal = AbortSignal.timeout(LOAD_TIMEOUT_MS);
    const answer = await reach(replica, () => replica.administer({ method: 'POST', path, body, signal }));
    if (answer.status !== 200) throw refusal(replica, version, answer);
  }
  for (const name of names) await waitUntilReady(replica, name, version);
}

async function waitUntilReady(replica: Replica, name: string, version: ModelVersion): Promise<void> {
  const model = `/v2/models/${name}`;
  const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
  const get = (path: string): Promise<HttpAnswer> =>
    reach(replica, () => replica.administer({ method: 'GET', path, signal }));
  for (;;) {
    const versioned = await get(`${model}/versions/${encodeURIComponent(version)}/ready`);
    if (versioned.status === 200) return;
    // 501, or 404 from a server whose model is ready all the same: it knows no versions.
    const plain = versioned.status === 501 || !(await knowsVersions(get, model));
    if (plain && (await get(`${model}/ready`)).status === 200) return;
    await delay(ASK_AGAIN_MS);
  }
}

async function knowsVersions(get: (path: string) => Promise<HttpAnswer>, model: string): Promise<boolean> {
  const { status, body } = await get(model);
  if (status !== 200) return true;
  const { versions } = JSON.parse(Buffer.from(body).toString()) as { readonly versions?: unknown };
  return Array.isArray(versions) && versions.length > 0;
}

async function reach(replica: Replica, ask: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await ask();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnavailableError(`${replica.url} could not be asked to load a version: ${reason}`, error);
  }
}

function refusal(replica: Replica, version: ModelVersion, { status, body }: HttpAnswer): HunchError {
  const message = `${replica.url} did not load version ${version}: ${errorIn(body)}`;
  if (status === 404) return new NotFoundError(message);
  return new HunchError(status === 503 ? 'INVALID_MODEL' : 'UNAVAILABLE', message);
}
