import { createLog, type Log } from '../../src/platform/log.js';
import { Predictor } from '../../src/predictor/predictor.js';

const SILENT = createLog({ level: 'silent', name: 'predictor' });

/** A predictor inside the test's process, on a free port, that looks for new versions often. */
export const openPredictor = (
  modelDir: string,
  name: string,
  { extraVersions = 2, log = SILENT }: { readonly extraVersions?: number; readonly log?: Log } = {},
): Promise<Predictor> =>
  Predictor.open({
    ...{ modelDir, name, extraVersions, log },
    ...{ host: '127.0.0.1', port: 0, threads: 1, watchMs: 20, serverVersion: '1.2.3' },
  });

/** Fields of the answers that tests look into; what is not there comes out as undefined. */
export interface ReplyBody {
  readonly error: string;
  readonly id: string;
  readonly model_version: string;
  readonly versions: readonly string[];
  readonly outputs: readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[];
}

export interface Reply {
  readonly status: number;
  readonly body: ReplyBody;
}

export async function get({ url }: Predictor, path: string): Promise<Reply> {
  const response = await fetch(url + path);
  return { status: response.status, body: JSON.parse(await response.text()) as ReplyBody };
}

export async function post({ url }: Predictor, path: string, body: unknown = {}): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url + path, { method: 'POST', body: text });
  return { status: response.status, body: JSON.parse(await response.text()) as ReplyBody };
}
