import { GraphQLClient } from 'graphql-request';
import { type ClientOptions, createClient, type Client as SocketClient } from 'graphql-ws';
import {
  getSdk,
  type ModelName,
  ModelRefreshedDocument,
  type ModelRefreshedSubscription,
  type Sdk,
} from './generated/sdk.js';

export type ModelRefreshEvent = ModelRefreshedSubscription['modelRefreshed'];

export interface HunchClientOptions {
  /** A user's token or a service key; asked for again with each request where it is a function. */
  readonly token?: string | (() => string | null);
  /** Where subscriptions go; by default the same address over WebSocket. */
  readonly webSocketUrl?: string;
  /** A WebSocket class, such as that of `ws`, where the runtime has none (Node before 22). */
  readonly webSocketImpl?: unknown;
  readonly fetch?: typeof fetch;
}

/** Every operation of `schema/operations` as a typed method, and the subscription as a stream. */
export interface HunchClient extends Omit<Sdk, 'ModelRefreshed'> {
  /**
   * First where each model stands (`replayed`), then every new version. Connects again by itself; the stream ends when
   * the reader stops reading or the client is closed.
   */
  modelRefreshed(names?: readonly ModelName[]): AsyncIterable<ModelRefreshEvent>;
  /** Closes the WebSocket, if there is one. */
  close(): Promise<void>;
}

/** A client of the API at `url` (ending in `/graphql`), for browsers and Node. Failures reject with graphql-request's ClientError. */
export function createHunchClient(url: string, options: HunchClientOptions = {}): HunchClient {
  const { token, fetch: ownFetch } = options;
  const authorization = (): Record<string, string> => {
    const value = typeof token === 'function' ? token() : token;
    return value ? { authorization: `Bearer ${value}` } : {};
  };
  const http = new GraphQLClient(url, {
    headers: authorization,
    ...(ownFetch === undefined ? {} : { fetch: ownFetch }),
  });
  let socket: SocketClient | null = null;
  const connected = (): SocketClient => {
    socket ??= createClient(socketOptions(url, options, authorization));
    return socket;
  };
  const { ModelRefreshed: _overHttp, ...operations } = getSdk(http);
  return {
    ...operations,
    modelRefreshed: (names) => events(connected(), names),
    close: async () => {
      await socket?.dispose();
    },
  };
}

async function* events(socket: SocketClient, names: readonly ModelName[] | undefined) {
  const stream = socket.iterate<ModelRefreshedSubscription>({
    query: ModelRefreshedDocument,
    variables: { names: names ?? null },
  });
  for await (const { data, errors } of stream) {
    if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('; '));
    if (data) yield data.modelRefreshed;
  }
}

const socketOptions = (
  url: string,
  { webSocketUrl, webSocketImpl }: HunchClientOptions,
  connectionParams: () => Record<string, string>,
): ClientOptions => ({
  url: webSocketUrl ?? url.replace(/^http/, 'ws'),
  connectionParams,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, retryDelay(retries))),
  ...(webSocketImpl === undefined ? {} : { webSocketImpl }),
});

const LONGEST_RETRY_DELAY_MS = 30_000;

/** Twice as long each time, half of it left to chance, so that clients of a restarted server do not come back at once. */
const retryDelay = (retries: number): number =>
  Math.min(LONGEST_RETRY_DELAY_MS, 500 * 2 ** retries) * (0.5 + Math.random() / 2);
