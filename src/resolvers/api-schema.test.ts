import { existsSync, readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  printSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { contractGaps } from '../../tests/support/contract-gaps.js';
import { apiSchema, printApiSchema } from './api-schema.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const contract = buildSchema(read('schema/contract.graphql'));

test('schema/schema.graphql is what the resolvers emit; else run `npm run codegen`', () => {
  expect(read('schema/schema.graphql')).toBe(printApiSchema());
});

test.skipIf(!existsSync(new URL('../../../shared/contract.graphql', import.meta.url)))(
  'schema/contract.graphql is the contract (wants ../shared)',
  () => expect(printSchema(contract)).toBe(printSchema(buildSchema(read('../shared/contract.graphql')))),
);

test('the contract is a subset of the schema', () => {
  expect(contractGaps(contract, apiSchema())).toEqual([]);
});

describe('the comparison with the contract reports', () => {
  /** The emitted schema with one thing changed. */
  const changed = (from: string | RegExp, to: string): GraphQLSchema => {
    const text = printApiSchema();
    const result = text.replace(from, to);
    expect(result).not.toBe(text);
    return buildSchema(result);
  };

  test.each<[string, string | RegExp, string, string]>([
    ['a missing type', /TopicAffinity/g, 'Renamed', 'type TopicAffinity is missing'],
    ['a missing field', /^ {2}reason: Reason!$/m, '  why: Reason!', 'RecommendationEdge.reason is missing'],
    ['another type', /^ {2}score: Float!$/m, '  score: Int!', '.score is Int!, not Float!'],
    [
      'other nullability',
      /^ {2}dataThrough: DateTime$/m,
      '  dataThrough: DateTime!',
      'ModelStatus.dataThrough is',
    ],
    [
      'nullable items',
      /^ {2}metrics: \[ModelMetric!\]!$/m,
      '  metrics: [ModelMetric]!',
      '.metrics is [ModelMetric]!',
    ],
    [
      'a missing argument',
      /^ {4}scenario: String$/m,
      '    place: String',
      'Query.recommendations(scenario) is missing',
    ],
    ['another default', /first: Int = 10/, 'first: Int = 20', '(first) is Int = 20, not Int = 10'],
    [
      'a missing default',
      /status: PollStatus = OPEN/,
      'status: PollStatus',
      'PollInput(status) is PollStatus, not',
    ],
    [
      'a missing enum value',
      /^ {2}TOO_FEW_RESULTS$/m,
      '  TOO_FEW',
      'FallbackReason.TOO_FEW_RESULTS is missing',
    ],
    [
      'a new required input',
      /^ {2}optionId: ID!$/m,
      '  optionId: ID!\n  how: String!',
      'VoteInput(how) is required',
    ],
    ['another kind', 'scalar DateTime', 'enum DateTime { NOW }', 'DateTime is a GraphQLEnumType'],
    ['a missing operation', /^ {2}forgetUser\(/m, '  eraseUser(', 'Mutation.forgetUser is missing'],
  ])('%s', (_what, from, to, gap) => {
    expect(contractGaps(contract, changed(from, to)).join('\n')).toContain(gap);
  });
});

test('every type, field, argument and enum value is described', () => {
  const bare: string[] = [];
  for (const type of Object.values(apiSchema().getTypeMap())) {
    if (type.name.startsWith('__') || ['String', 'ID', 'Int', 'Float', 'Boolean'].includes(type.name))
      continue;
    const root = ['Query', 'Mutation', 'Subscription'].includes(type.name);
    if (!root && !type.description) bare.push(type.name);
    if (isEnumType(type)) {
      for (const value of type.getValues()) if (!value.description) bare.push(`${type.name}.${value.name}`);
    }
    if (isObjectType(type) || isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (!field.description) bare.push(`${type.name}.${field.name}`);
        const args = 'args' in field ? field.args : [];
        for (const arg of args) if (!arg.description) bare.push(`${type.name}.${field.name}(${arg.name})`);
      }
    }
  }
  expect(bare).toEqual([]);
});
