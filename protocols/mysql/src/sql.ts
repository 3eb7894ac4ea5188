// The tag sql`...` as MySQL writes statements: `?` for a parameter, `...` for a name.
import { SqlTemplate, type TemplateDialect, type TemplateTag, templateTag } from '@fairlead/sql-client';
import type { Parameter } from './values/value.ts';

/** A statement, or a part of one, with its parameters. */
export type Sql = SqlTemplate<Parameter>;
export const Sql: typeof SqlTemplate = SqlTemplate;

/** What can stand in a template: a parameter, or a part of a statement. */
export type SqlValue = Parameter | Sql;

/** The tag, and what makes fragments. */
export type SqlTag = TemplateTag<Parameter>;

const DIALECT: TemplateDialect = {
  placeholder: () => '?',
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
};

/** Makes statements of templates: sql`SELECT * FROM t WHERE id = ${id}`. They go by `query` as by `execute`. */
export const sql: SqlTag = /* @__PURE__ */ templateTag<Parameter>(DIALECT);
