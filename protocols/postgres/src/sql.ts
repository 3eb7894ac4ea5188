// The tag sql`...` as Postgres writes statements: `$1` for a parameter, "..." for a name.
import { SqlTemplate, type TemplateDialect, type TemplateTag, templateTag } from '@fairlead/sql-client';
import type { Parameter } from './values/index.ts';

/** A statement, or a part of one, with its parameters. */
export type Sql = SqlTemplate<Parameter>;
export const Sql: typeof SqlTemplate = SqlTemplate;

/** What can stand in a template: a parameter, or a part of a statement. */
export type SqlValue = Parameter | Sql;

/** The tag, and what makes fragments. */
export type SqlTag = TemplateTag<Parameter>;

const DIALECT: TemplateDialect = {
  // A digit behind a parameter would become part of its number.
  placeholder: (number, behind) => `$${number}${/^\d/.test(behind) ? ' ' : ''}`,
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
};

/** Makes statements of templates: sql`SELECT * FROM t WHERE id = ${id}`. */
export const sql: SqlTag = /* @__PURE__ */ templateTag<Parameter>(DIALECT);
