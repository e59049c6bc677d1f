import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { NOW, samplePoll } from '../../tests/support/edge-services.js';
import { packageRoot } from '../platform/package-root.js';
import { exampleOf, readOperations } from './playground-examples.js';

const root = packageRoot();
const operations = await readOperations(join(root, 'schema', 'operations'));
const schema = buildSchema(readFileSync(join(root, 'schema', 'schema.graphql'), 'utf8'));
const ids = { userId: 'u1', polls: ['p1', 'p2', 'p3'].map((id) => samplePoll(id)), now: new Date(NOW) };

const operationOf = (query: string): OperationDefinitionNode => {
  const operation = getOperationAST(parse(query));
  if (!operation) throw new Error('The file holds no single operation.');
  return operation;
};

test('every field of the roots has an example', () => {
  const fields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
    (type) => Object.keys(type?.getFields() ?? {}),
  );
  const shown = operations.map(({ query }) => {
    const [first] = operationOf(query).selectionSet.selections;
    return first?.kind === 'Field' ? first.name.value : null;
  });
  expect(fields.filter((field) => !shown.includes(field))).toEqual([]);
});

describe.each(operations.map((operation) => [operation.name, operation] as const))(
  '%s',
  (name, operation) => {
    const { query, variables } = exampleOf(operation, ids);

    test('is valid, and has a sentence at its head', () => {
      expect(validate(schema, parse(query))).toEqual([]);
      expect(query).toMatch(/^# \S.*[.]$/m);
      expect(operationOf(query).name?.value).toBe(name);
    });

    test('has variables that fit', () => {
      const definitions = operationOf(query).variableDefinitions ?? [];
      const given = JSON.parse(variables) as Record<string, unknown>;
      expect(getVariableValues(schema, definitions, given)).not.toHaveProperty('errors');
      const known = definitions.map(({ variable }) => variable.name.value);
      expect(Object.keys(given).filter((key) => !known.includes(key))).toEqual([]);
      if (definitions.length > 0) expect(Object.keys(given)).not.toEqual([]);
    });
  },
);
