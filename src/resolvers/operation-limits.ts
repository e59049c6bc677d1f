import {
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';

export const MAX_DEPTH = 12;
export const MAX_ROOT_FIELDS = 20;
export const MAX_FIELDS = 500;
/** Tokens that a document may hold; 1,000 votes written into the document, rather than sent as variables, have fewer. */
export const MAX_TOKENS = 20_000;

interface Size {
  readonly depth: number;
  readonly fields: number;
}

const EMPTY: Size = { depth: 0, fields: 0 };

/**
 * Refuses operations that ask for more than a client needs: nested deeper than 12, with more than 20 fields at the root, or
 * with more than 500 fields in all, fragments counted each time they are spread. Introspection has limits of its own.
 */
export const operationLimits: ValidationRule = (context) => {
  const sizes = new Map<string, Size>();

  /** A fragment is measured once; one that spreads itself is refused by another rule, and counts nothing here. */
  const sizeOfFragment = (fragment: FragmentDefinitionNode): Size => {
    const name = fragment.name.value;
    const known = sizes.get(name);
    if (known !== undefined) return known;
    sizes.set(name, EMPTY);
    const size = sizeOf(fragment.selectionSet);
    sizes.set(name, size);
    return size;
  };

  const sizeOf = (set: SelectionSetNode | undefined): Size => {
    let depth = 0;
    let fields = 0;
    for (const selection of set?.selections ?? []) {
      let size = EMPTY;
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value.startsWith('__')) continue;
        const inner = sizeOf(selection.selectionSet);
        size = { depth: inner.depth + 1, fields: inner.fields + 1 };
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        size = sizeOf(selection.selectionSet);
      } else {
        const fragment = context.getFragment(selection.name.value);
        if (fragment) size = sizeOfFragment(fragment);
      }
      depth = Math.max(depth, size.depth);
      fields += size.fields;
    }
    return { depth, fields };
  };

  const rootFields = (set: SelectionSetNode, within: ReadonlySet<string> = new Set()): number => {
    let count = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) count++;
      else if (selection.kind === Kind.INLINE_FRAGMENT) count += rootFields(selection.selectionSet, within);
      else if (!within.has(selection.name.value)) {
        const fragment = context.getFragment(selection.name.value);
        if (fragment) count += rootFields(fragment.selectionSet, new Set(within).add(selection.name.value));
      }
      if (count > MAX_ROOT_FIELDS) break;
    }
    return count;
  };

  return {
    OperationDefinition(operation) {
      const { depth, fields } = sizeOf(operation.selectionSet);
      const refuse = (message: string): void =>
        context.reportError(new GraphQLError(message, { nodes: operation }));
      if (depth > MAX_DEPTH) refuse(`The operation nests ${depth} deep; at most ${MAX_DEPTH} is taken.`);
      if (fields > MAX_FIELDS) refuse(`The operation has ${fields} fields; at most ${MAX_FIELDS} are taken.`);
      if (rootFields(operation.selectionSet) > MAX_ROOT_FIELDS) {
        refuse(`The operation has more than ${MAX_ROOT_FIELDS} fields at its root. Send several requests.`);
      }
    },
  };
};
