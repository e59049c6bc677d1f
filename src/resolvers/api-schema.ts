import 'reflect-metadata';
import { createPubSub } from '@graphql-yoga/subscription';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import type { ApiContext } from './api-context.js';
import { RESOLVER_CLASSES } from './resolver-set.js';

let built: GraphQLSchema | null = null;

/** The executable schema; built once a process, since type-graphql mixes arguments up when it is built twice. */
export function apiSchema(): GraphQLSchema {
  built ??= buildSchemaSync({
    resolvers: [...RESOLVER_CLASSES],
    // Arguments are checked by functions of our own: faster than class-validator, and they name the path.
    validate: false,
    // type-graphql refuses subscriptions without one, though ours bring their own stream, a different one for each API.
    pubSub: createPubSub(),
    container: ({ context }: { context: ApiContext }) => ({
      get: (resolverClass) => context.resolvers.get(resolverClass),
    }),
  });
  return built;
}

/** The schema as text, sorted, so that a change shows as nothing but itself. */
export const printApiSchema = (): string => `${printSchema(lexicographicSortSchema(apiSchema()))}\n`;
