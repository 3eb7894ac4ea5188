// What a server's catalogue has, as far as the page shows it.

/** A kind of relation, in words. */
export type RelationKind = 'table' | 'view' | 'materialized view' | 'partitioned table' | 'foreign table';

/** A table, a view or the like. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly kind: RelationKind;
  /** The server's estimate; undefined where it has none. */
  readonly rows: number | undefined;
  /** With its indexes; undefined for views, and where the server does not say it. */
  readonly bytes: number | undefined;
}

/** A column, as completion needs it. */
export interface ColumnName {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

/** A column, in detail. */
interface ColumnDetail {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  /** '' where there is none. */
  readonly initial: string;
  /** `primary`, `unique`, `foreign`; '' where it belongs to no key. */
  readonly keys: string;
}

/** An index. */
export interface IndexDetail {
  readonly name: string;
  readonly definition: string;
  readonly bytes: number | undefined;
  /** How often it was used since the server's statistics began. */
  readonly uses: number | undefined;
}

/** A foreign key, or a check. */
export interface ConstraintDetail {
  readonly name: string;
  readonly definition: string;
}

/** A relation, in detail. */
export interface RelationDetail {
  readonly columns: readonly ColumnDetail[];
  readonly indexes: readonly IndexDetail[];
  readonly constraints: readonly ConstraintDetail[];
  /** Foreign keys of other tables that lead here. */
  readonly referencedBy: readonly ConstraintDetail[];
}

/** What a server says of itself. */
export interface ServerFacts {
  /** As it writes it. */
  readonly version: string;
  /** Where names without a schema are looked for; '' where there is none. */
  readonly schema: string;
}

/** The relations whose schema or name has every word of the text. */
export function matchingRelations(relations: readonly Relation[], text: string): readonly Relation[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return relations.filter(({ schema, name }) => {
    const all = `${schema}.${name}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** Relations by schema, the default one first; each schema's in the order of their names. */
export function bySchema(
  relations: readonly Relation[],
  first: string,
): readonly (readonly [schema: string, relations: readonly Relation[]])[] {
  const groups = Map.groupBy(relations, ({ schema }) => schema);
  const rank = (schema: string) => (schema === first ? 0 : 1);
  return [...groups].sort(([one], [other]) => rank(one) - rank(other) || one.localeCompare(other));
}
