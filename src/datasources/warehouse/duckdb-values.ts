import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  type DuckDBValueConverter,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import { HunchError } from '../../domain/errors.js';
import type { DuckDbStatement } from './duckdb-dialect.js';
import type { ColumnBatch, SqlParameters, SqlValue } from './warehouse.js';

export interface BoundParameters {
  readonly values: Record<string, DuckDBValue>;
  readonly types: Record<string, DuckDBType>;
}

/** What the statement wants of `parameters`, whole numbers as BIGINT; others are left out. Rejects where one is missing. */
export function bindParameters(statement: DuckDbStatement, parameters: SqlParameters): BoundParameters {
  const values: Record<string, DuckDBValue> = {};
  const types: Record<string, DuckDBType> = {};
  for (const name of statement.parameters) {
    const given = parameters[name];
    if (given === undefined) {
      throw new HunchError(
        'INVALID_DATA',
        `The statement wants the parameter @${name}, which was not given.`,
      );
    }
    if (isList(given)) {
      const item = given.every((value) => typeof value === 'string') ? VARCHAR : scalarType(given);
      types[name] = LIST(item);
      values[name] = listValue(given.map((value) => toDuckDbValue(value, item)));
    } else {
      const type = scalarType([given]);
      types[name] = type;
      values[name] = toDuckDbValue(given, type);
    }
  }
  return { values, types };
}

const isList = (given: SqlParameters[string]): given is readonly string[] | readonly number[] =>
  Array.isArray(given);

function scalarType(values: readonly SqlValue[]): DuckDBType {
  const isWhole = (value: SqlValue): boolean => typeof value === 'bigint' || Number.isInteger(value);
  if (values.every(isWhole)) return BIGINT;
  switch (typeof values[0]) {
    case 'number':
      return DOUBLE;
    case 'boolean':
      return BOOLEAN;
    default:
      return VARCHAR;
  }
}

const toDuckDbValue = (value: SqlValue, type: DuckDBType): DuckDBValue =>
  typeof value === 'number' && type === BIGINT ? BigInt(value) : value;

/** Timestamps as milliseconds, whole numbers as numbers where these are exact, lists as arrays. */
export const toPlainValue: DuckDBValueConverter<unknown> = (value) => plain(value);

function plain(value: DuckDBValue): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof DuckDBTimestampValue) return Number(value.micros / 1000n);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue) return value.items.map(plain);
  throw new HunchError(
    'INVALID_DATA',
    `The statement gives a ${value.constructor.name}; select a plain value.`,
  );
}

/** A chunk of a result; columns are converted when asked for. */
export class DuckDbBatch implements ColumnBatch {
  readonly rowCount: number;
  readonly #chunk: DuckDBDataChunk;
  readonly #names: readonly string[];

  constructor(chunk: DuckDBDataChunk, names: readonly string[]) {
    this.rowCount = chunk.rowCount;
    this.#chunk = chunk;
    this.#names = names;
  }

  column(name: string): readonly unknown[] {
    const place = this.#names.indexOf(name);
    if (place < 0) {
      throw new HunchError('INVALID_DATA', `There is no column ${name} in ${this.#names.join(', ')}.`);
    }
    return this.#chunk.convertColumnValues(place, toPlainValue);
  }
}
