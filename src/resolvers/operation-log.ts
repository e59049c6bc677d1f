import type { ApolloServerPlugin } from '@apollo/server';
import { type GraphQLFormattedError, Kind, type OperationDefinitionNode } from 'graphql';
import { Counter } from 'prom-client';
import type { Log } from '../platform/log.js';
import type { Metrics } from '../platform/metrics.js';
import type { ApiContext } from './api-context.js';
import { isInternal, normaliseError, withRequestId } from './normalise-error.js';

/** Counts operations, and logs every error whose details clients do not see. */
export class OperationLog {
  readonly #log: Log;
  readonly #operations: Counter<'type' | 'field' | 'outcome'>;

  constructor(log: Log, metrics: Metrics) {
    this.#log = log;
    this.#operations = new Counter({
      name: 'hunch_graphql_operations_total',
      help: 'Operations by type, first field and outcome (ok, or the code of the first error).',
      labelNames: ['type', 'field', 'outcome'],
      registers: [metrics],
    });
  }

  /** Fields are names of the schema, so there are few of them; a document that did not validate is `none`. */
  count(operation: OperationDefinitionNode | undefined, errors: readonly GraphQLFormattedError[]): void {
    const first = operation?.selectionSet.selections[0];
    const code = errors[0]?.extensions?.code;
    this.#operations.inc({
      type: operation?.operation ?? 'none',
      field: first?.kind === Kind.FIELD ? first.name.value : 'none',
      outcome: errors.length === 0 ? 'ok' : typeof code === 'string' ? code : 'unknown',
    });
  }

  /** The error as the client sees it; an internal one goes to the log with all it has, under the request's id. */
  present(error: unknown, requestId: string, code?: string): GraphQLFormattedError {
    const formatted = normaliseError(error, code);
    if (isInternal(formatted)) this.#log.error({ err: error, requestId }, 'operation failed');
    return withRequestId(formatted, requestId);
  }

  /** The same for operations that Apollo runs, whose errors have gone through `formatError` when they arrive here. */
  plugin(): ApolloServerPlugin<ApiContext> {
    return {
      requestDidStart: async ({ contextValue: { requestId, signal } }) => ({
        didEncounterErrors: async ({ errors }) => {
          // Work that was given up because the client went away is no fault of ours.
          if (signal.aborted) return;
          for (const error of errors) {
            if (isInternal(normaliseError(error))) {
              this.#log.error({ err: error.originalError ?? error, requestId }, 'operation failed');
            }
          }
        },
        willSendResponse: async ({ operation, response }) => {
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          const errors = singleResult.errors?.map((error) => withRequestId(error, requestId));
          if (errors !== undefined) singleResult.errors = errors;
          this.count(operation, errors ?? []);
        },
      }),
    };
  }
}
