// Statements as tagged templates: what stands in `${}` becomes a parameter, or is a fragment itself. It never writes
// a value into the text.
import { type FairleadError, usage } from '@fairlead/errors';

/** How a database writes parameters and names. */
export interface TemplateDialect {
  /**
   * What stands for a parameter.
   * @param number From 1.
   * @param behind The text behind it, which must not become a part of it.
   */
  placeholder(number: number, behind: string): string;
  /** A name in quotes. @param name Neither empty nor with a NUL. */
  quote(name: string): string;
}

/** What can stand in a template: a parameter, or a part of a statement. */
export type TemplateValue<Parameter> = Parameter | SqlTemplate<Parameter>;

/** A statement, or a part of one, with its parameters. */
export class SqlTemplate<Parameter> {
  readonly #dialect: TemplateDialect;
  /** The text around the parameters: one piece more than there are parameters. */
  readonly #pieces: readonly string[];
  readonly params: readonly Parameter[];
  #text: string | undefined;

  private constructor(dialect: TemplateDialect, pieces: readonly string[], params: readonly Parameter[]) {
    this.#dialect = dialect;
    this.#pieces = pieces;
    this.params = params;
  }

  /** The text with the database's placeholders where the parameters stand: `$1`, `$2`, ..., or `?`. */
  get text(): string {
    this.#text ??= this.#pieces.reduce(
      (text, piece, i) => `${text}${this.#dialect.placeholder(i, piece)}${piece}`,
    );
    return this.#text;
  }

  /** Puts values, and the insides of fragments, between pieces of text. */
  static compose<Parameter>(
    dialect: TemplateDialect,
    strings: readonly string[],
    values: readonly TemplateValue<Parameter>[],
  ): SqlTemplate<Parameter> {
    const pieces = [strings[0] ?? ''];
    const params: Parameter[] = [];
    const append = (text: string): void => {
      pieces.push(`${pieces.pop()}${text}`);
    };
    values.forEach((value, i) => {
      if (value === undefined) throw refused('A value is undefined; use null for NULL');
      if (value instanceof SqlTemplate) {
        append(value.#pieces[0] ?? '');
        // A loop, as a fragment may have more pieces than a call can have arguments.
        for (let at = 1; at < value.#pieces.length; at += 1) pieces.push(value.#pieces[at] ?? '');
        for (const parameter of value.params) params.push(parameter);
      } else {
        params.push(value);
        pieces.push('');
      }
      append(strings[i + 1] ?? '');
    });
    return new SqlTemplate(dialect, pieces, params);
  }
}

/** The error of a template that makes no statement. @param why Without a full stop. */
export function refused(why: string): FairleadError {
  return usage(`sql: ${why}.`);
}
