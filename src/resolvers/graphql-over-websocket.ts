import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import { map } from '@graphql-yoga/subscription';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  getOperationAST,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Context, SubscribePayload } from 'graphql-ws';
import { type Extra, useServer as serveProtocol } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { HunchError } from '../domain/errors.js';
import { SECOND } from '../domain/time.js';
import { type ApiContext, type ApiParts, withFreshLoaders } from './api-context.js';
import { apiSchema } from './api-schema.js';
import { GRAPHQL_PATH } from './graphql-over-http.js';
import { Loaders } from './loaders.js';
import { MAX_TOKENS, operationLimits } from './operation-limits.js';
import type { OperationLog } from './operation-log.js';
import type { Authenticator, Credentials, Viewer } from './viewer.js';

const MAX_MESSAGE_BYTES = 1024 * 1024;
/** A client that does not answer the goodbye is cut off after this. */
const GOODBYE_MS = 2 * SECOND;

export interface WebSocketOptions {
  readonly server: HttpServer;
  readonly apollo: ApolloServer<ApiContext>;
  readonly authenticator: Authenticator;
  readonly operations: OperationLog;
  readonly resolvers: ApiParts;
  readonly open: boolean;
}

/** What is known of a connection once it is accepted. */
interface Connection extends Record<PropertyKey, unknown> {
  viewer: Viewer;
  closed: AbortController;
  name: string;
}
type ConnectionContext = Context<Record<string, unknown>, Extra & Partial<Connection>>;

/** Whether a connection comes from our own pages, or from a program, which sends no origin. */
const isOwnOrigin = (origin: string | undefined, host: string | undefined): boolean =>
  origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);

/**
 * Operations over the graphql-ws protocol at `/graphql`. Queries and mutations go the same way as over HTTP. The function
 * given says goodbye to all clients (1001), so that they connect again elsewhere, and resolves when they are gone.
 */
export function serveWebSocket(options: WebSocketOptions): () => Promise<void> {
  const { server, apollo, authenticator, operations, resolvers, open } = options;
  const sockets = new WebSocketServer({
    server,
    path: GRAPHQL_PATH,
    maxPayload: MAX_MESSAGE_BYTES,
    // Without credentials a browser is told apart by its origin alone: no other site may operate an open API.
    verifyClient: ({ origin, req }: { origin?: string; req: IncomingMessage }) =>
      !open || isOwnOrigin(origin, req.headers.host),
  });
  let connections = 0;

  const contextOf = ({ extra }: ConnectionContext, id: string): ApiContext => {
    if (extra.viewer === undefined || extra.closed === undefined) {
      throw new Error('The connection was not accepted before its first operation.');
    }
    return {
      viewer: extra.viewer,
      requestId: `${extra.name}-${id.slice(0, 36)}`,
      signal: extra.closed.signal,
      loaders: new Loaders(resolvers.services),
      resolvers,
    };
  };

  const disposable = serveProtocol<Record<string, unknown>, Connection>(
    {
      isProd: true,
      onConnect: async (context) => {
        try {
          context.extra.viewer = await authenticator.viewer(credentialsOf(context));
        } catch (error) {
          if (error instanceof HunchError) return false;
          throw error;
        }
        context.extra.closed = new AbortController();
        context.extra.name = `ws${++connections}`;
        return true;
      },
      onDisconnect: ({ extra }) => extra.closed?.abort(),
      onSubscribe: (context, id, payload) => {
        const prepared = prepare(payload, open);
        return Array.isArray(prepared) ? prepared : { ...prepared, contextValue: contextOf(context, id) };
      },
      execute: (args) => runByApollo(apollo, args),
      subscribe: async (args) => {
        const result = await subscribeEachAnew(args);
        const errors = 'errors' in result ? (result.errors ?? []) : [];
        const { requestId } = args.contextValue as ApiContext;
        operations.count(
          operationOf(args),
          errors.map((error) => operations.present(error, requestId)),
        );
        return result;
      },
      onError: (context, id, _payload, errors) =>
        errors.map((error) => operations.present(error, `${context.extra.name}-${id.slice(0, 36)}`)),
      onNext: (_context, _id, _payload, args, result) => {
        if (result.errors === undefined) return undefined;
        const { requestId } = args.contextValue as ApiContext;
        // What Apollo ran has its errors presented already, as plain objects.
        const errors = result.errors.map((error) =>
          error instanceof GraphQLError ? operations.present(error, requestId) : error,
        );
        return { ...result, errors };
      },
    },
    sockets,
  );

  return async () => {
    const clients = [...sockets.clients];
    const cut = setTimeout(() => {
      for (const client of clients) client.terminate();
    }, GOODBYE_MS);
    try {
      await disposable.dispose();
    } finally {
      clearTimeout(cut);
    }
  };
}

/** Browsers can set no headers on a WebSocket: credentials come as parameters of the connection, or else as headers. */
function credentialsOf({ connectionParams, extra }: ConnectionContext): Credentials {
  const given = new Map<string, unknown>();
  for (const [name, value] of Object.entries(extra.request.headers)) given.set(name, value);
  for (const [name, value] of Object.entries(connectionParams ?? {})) given.set(name.toLowerCase(), value);
  const text = (name: string): string | null => {
    const value = given.get(name);
    return typeof value === 'string' ? value : null;
  };
  return { authorization: text('authorization'), apiKey: text('x-api-key') };
}

/** The operation parsed and checked, or what is wrong with it. Apollo checks queries and mutations by itself. */
function prepare(payload: SubscribePayload, open: boolean): ExecutionArgs | GraphQLError[] {
  const schema = apiSchema();
  let args: ExecutionArgs;
  try {
    const document = parse(payload.query, { maxTokens: MAX_TOKENS });
    args = {
      schema,
      document,
      operationName: payload.operationName ?? null,
      variableValues: payload.variables ?? null,
    };
  } catch (error) {
    if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_PARSE_FAILED')];
    throw error;
  }
  const operation = operationOf(args);
  if (operation === undefined) {
    const message = 'The document holds no operation of that name, or several and no name was given.';
    return [new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } })];
  }
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return args;
  const faults = validate(schema, args.document, [...specifiedRules, operationLimits], {
    hideSuggestions: !open,
  });
  return faults.length === 0 ? args : faults.map((fault) => withCode(fault, 'GRAPHQL_VALIDATION_FAILED'));
}

const operationOf = ({ document, operationName }: ExecutionArgs) =>
  getOperationAST(document, operationName) ?? undefined;

const withCode = (error: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(error.message, { ...error.toJSON(), nodes: error.nodes ?? null, extensions: { code } });

async function runByApollo(apollo: ApolloServer<ApiContext>, args: ExecutionArgs): Promise<ExecutionResult> {
  const { body } = await apollo.executeOperation(
    {
      query: args.document,
      ...(args.operationName ? { operationName: args.operationName } : {}),
      ...(args.variableValues ? { variables: { ...args.variableValues } } : {}),
    },
    { contextValue: args.contextValue as ApiContext },
  );
  if (body.kind !== 'single') throw new Error('Incremental delivery is not served.');
  return body.singleResult as ExecutionResult;
}

/** Subscribes so that each event is resolved with loaders of its own, rather than with what an earlier event has read. */
async function subscribeEachAnew(args: ExecutionArgs) {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return withInputCode(source);
  const resolve = map((event: unknown) =>
    execute({
      ...args,
      rootValue: event,
      contextValue: withFreshLoaders(args.contextValue as ApiContext),
    }),
  );
  return resolve(source);
}

/** Errors of a subscription that never began and belong to no field are about its variables. */
const withInputCode = (result: ExecutionResult): ExecutionResult => ({
  ...result,
  ...(result.errors === undefined
    ? {}
    : { errors: result.errors.map((error) => (error.path ? error : withCode(error, 'BAD_USER_INPUT'))) }),
});
