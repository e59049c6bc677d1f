import { HunchError } from '../../domain/errors.js';
import type { SqlParameters, SqlValue } from './warehouse.js';

type ScalarType = 'STRING' | 'INT64' | 'FLOAT64' | 'BOOL';

/** A parameter as BigQuery's API takes it. */
export interface QueryParameter {
  readonly name: string;
  readonly parameterType: { readonly type: string; readonly arrayType?: { readonly type: ScalarType } };
  readonly parameterValue: {
    /** Left out for NULL. */
    readonly value?: string;
    readonly arrayValues?: { readonly value: string }[];
  };
}

/**
 * The parameters that a statement names, with their types: whole numbers are INT64, others FLOAT64, a list of nothing is one
 * of texts. Rejects with INVALID_DATA where one is missing.
 */
export function queryParameters(names: ReadonlySet<string>, parameters: SqlParameters): QueryParameter[] {
  return [...names].map((name) => {
    const given = parameters[name];
    if (given === undefined) {
      throw new HunchError(
        'INVALID_DATA',
        `The statement wants the parameter @${name}, which was not given.`,
      );
    }
    return queryParameter(name, given);
  });
}

function queryParameter(name: string, given: SqlParameters[string]): QueryParameter {
  if (isList(given)) {
    return {
      name,
      parameterType: { type: 'ARRAY', arrayType: { type: typeOf(given) } },
      parameterValue: { arrayValues: given.map((value) => ({ value: String(value) })) },
    };
  }
  return {
    name,
    parameterType: { type: typeOf([given]) },
    parameterValue: given === null ? {} : { value: String(given) },
  };
}

const isList = (given: SqlParameters[string]): given is readonly string[] | readonly number[] =>
  Array.isArray(given);

function typeOf(values: readonly SqlValue[]): ScalarType {
  const [first] = values;
  switch (typeof first) {
    case 'number':
    case 'bigint':
      return values.every((value) => typeof value === 'bigint' || Number.isInteger(value))
        ? 'INT64'
        : 'FLOAT64';
    case 'boolean':
      return 'BOOL';
    default:
      return 'STRING';
  }
}
