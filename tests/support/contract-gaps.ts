import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

/**
 * What `contract` promises and `schema` does not keep, one sentence each; empty where the contract is a subset of the
 * schema. The schema may add types, fields, enum values and optional arguments. Descriptions are not compared.
 */
export function contractGaps(contract: GraphQLSchema, schema: GraphQLSchema): string[] {
  const gaps: string[] = [];
  for (const [name, promised] of Object.entries(contract.getTypeMap())) {
    if (name.startsWith('__')) continue;
    const kept = schema.getType(name);
    if (kept === undefined) gaps.push(`type ${name} is missing`);
    else gaps.push(...typeGaps(promised, kept));
  }
  return gaps;
}

function typeGaps(promised: GraphQLNamedType, kept: GraphQLNamedType): string[] {
  const { name } = promised;
  if (kept.constructor.name !== promised.constructor.name) {
    return [`${name} is a ${kept.constructor.name}, not a ${promised.constructor.name}`];
  }
  if (isEnumType(promised) && isEnumType(kept)) {
    return promised
      .getValues()
      .filter((value) => kept.getValue(value.name) === undefined)
      .map((value) => `${name}.${value.name} is missing`);
  }
  if (isInputObjectType(promised) && isInputObjectType(kept)) {
    return inputGaps(name, Object.values(promised.getFields()), Object.values(kept.getFields()));
  }
  if (isObjectType(promised) && isObjectType(kept)) {
    const fields = kept.getFields();
    return Object.values(promised.getFields()).flatMap((field) => fieldGaps(name, field, fields[field.name]));
  }
  return [];
}

function fieldGaps(
  type: string,
  promised: GraphQLField<unknown, unknown>,
  kept: GraphQLField<unknown, unknown> | undefined,
): string[] {
  const place = `${type}.${promised.name}`;
  if (kept === undefined) return [`${place} is missing`];
  const gaps = inputGaps(place, promised.args, kept.args);
  if (String(kept.type) !== String(promised.type)) {
    gaps.push(`${place} is ${String(kept.type)}, not ${String(promised.type)}`);
  }
  return gaps;
}

type Input = GraphQLArgument | GraphQLInputField;

function inputGaps(place: string, promised: readonly Input[], kept: readonly Input[]): string[] {
  const gaps: string[] = [];
  for (const input of promised) {
    const found = kept.find(({ name }) => name === input.name);
    if (found === undefined) {
      gaps.push(`${place}(${input.name}) is missing`);
      continue;
    }
    const [has, wants] = [signature(found), signature(input)];
    if (has !== wants) gaps.push(`${place}(${input.name}) is ${has}, not ${wants}`);
  }
  for (const input of kept) {
    const known = promised.some(({ name }) => name === input.name);
    const required = isRequiredArgument(input) || isRequiredInputField(input);
    if (!known && required) gaps.push(`${place}(${input.name}) is required, and not part of the contract`);
  }
  return gaps;
}

const signature = ({ type, defaultValue }: Input): string =>
  `${String(type)}${defaultValue === undefined ? '' : ` = ${JSON.stringify(defaultValue)}`}`;
