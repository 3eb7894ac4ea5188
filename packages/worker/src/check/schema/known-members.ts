// Which members a place in the settings may have, by the JSON Schema. It validates nothing.
import { isSchema, type JsonSchema } from './json-schema.ts';

/**
 * The names of members that may stand in a place.
 * @param root The schema of all settings.
 * @param start Where the place begins: the name of a definition or of a variable.
 * @param place Names and indices from there.
 */
export function knownMembers(root: JsonSchema, start: string, place: readonly PropertyKey[]): string[] {
  const { definitions, properties } = root;
  const found = [definitions, properties].flatMap((group) =>
    isSchema(group) && start in group ? [group[start]] : [],
  );
  const schemas = place.reduce<unknown[]>((at, part) => at.flatMap((each) => step(root, each, part)), found);
  const names = schemas
    .flatMap((each) => alternatives(root, each))
    .flatMap((each) => (isSchema(each.properties) ? Object.keys(each.properties) : []));
  return [...new Set(names)];
}

function step(root: JsonSchema, schema: unknown, part: PropertyKey): unknown[] {
  return alternatives(root, schema).flatMap(({ items, properties, additionalProperties }) => {
    if (typeof part === 'number') return [items];
    const name = String(part);
    return [isSchema(properties) && name in properties ? properties[name] : additionalProperties];
  });
}

/** The schema and what it refers to or offers. */
function alternatives(root: JsonSchema, schema: unknown): JsonSchema[] {
  if (!isSchema(schema)) return [];
  const { $ref, anyOf } = schema;
  if (typeof $ref === 'string') {
    const target = isSchema(root.definitions)
      ? root.definitions[$ref.replace('#/definitions/', '')]
      : undefined;
    // The name of a secret is no place to put other members.
    return $ref.endsWith('/secret') ? [] : alternatives(root, target);
  }
  return Array.isArray(anyOf) ? anyOf.flatMap((each) => alternatives(root, each)) : [schema];
}
