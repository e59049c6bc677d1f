import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HunchError } from '../domain/errors.js';
import { type ApiContext, type ApiParts, httpContext } from './api-context.js';
import { apiSchema } from './api-schema.js';
import { normaliseError } from './normalise-error.js';
import { MAX_TOKENS, operationLimits } from './operation-limits.js';
import type { OperationLog } from './operation-log.js';
import type { Authenticator, Viewer } from './viewer.js';

export const GRAPHQL_PATH = '/graphql';

export interface ApolloOptions {
  readonly operations: OperationLog;
  /** Introspection, and names of the schema in error messages. */
  readonly open: boolean;
  readonly logger: NonNullable<ConstructorParameters<typeof ApolloServer>[0]['logger']>;
}

/** Apollo in its cheapest set-up: documents are kept parsed and checked, and plugins nobody reads are off. */
export function createApollo({ operations, open, logger }: ApolloOptions): ApolloServer<ApiContext> {
  return new ApolloServer<ApiContext>({
    schema: apiSchema(),
    introspection: open,
    hideSchemaDetailsFromClientErrors: !open,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS, noLocation: false },
    validationRules: [operationLimits],
    formatError: (_formatted, error) => normaliseError(error),
    logger,
    plugins: [
      operations.plugin(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set before GraphQL sees the request. */
    viewer: Viewer | null;
  }
}

export interface GraphqlRouteOptions {
  readonly apollo: ApolloServer<ApiContext>;
  readonly authenticator: Authenticator;
  readonly resolvers: ApiParts;
  /** Answers a browser that opens the address, instead of a client that asks. */
  readonly page: (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
}

/** Adds `/graphql`: operations by POST and GET, and a page where a browser asks for one. */
export function addGraphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): void {
  const { apollo, authenticator, resolvers, page } = options;
  const answer = fastifyApolloHandler(apollo, {
    context: async (request, reply) => httpContext(viewerOf(request), reply, resolvers),
  });
  app.decorateRequest('viewer', null);
  app.route({
    url: GRAPHQL_PATH,
    method: ['GET', 'POST', 'OPTIONS'],
    preHandler: async (request, reply) => {
      if (wantsPage(request)) return page(request, reply);
      try {
        request.viewer = await authenticator.viewer({
          authorization: request.headers.authorization ?? null,
          apiKey: header(request.headers['x-api-key']),
        });
      } catch (error) {
        if (!(error instanceof HunchError)) throw error;
        const body = JSON.stringify({ errors: [normaliseError(error)] });
        return reply.code(401).type('application/json; charset=utf-8').send(body);
      }
      return undefined;
    },
    handler: answer,
  });
}

const wantsPage = (request: FastifyRequest): boolean =>
  request.method === 'GET' && (request.headers.accept?.includes('text/html') ?? false);

const header = (value: string | string[] | undefined): string | null =>
  (Array.isArray(value) ? value[0] : value) ?? null;

function viewerOf({ viewer }: FastifyRequest): Viewer {
  if (viewer === null) throw new Error('The request was not authenticated before GraphQL saw it.');
  return viewer;
}
