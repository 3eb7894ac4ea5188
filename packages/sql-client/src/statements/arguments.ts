// The arguments of `query`, `queryRow`, `queryValue` and `stream`, put in order: a text with parameters and options, or a template with
// options. What the parameters and options hold, each protocol checks.
import { usage } from '@fairlead/errors';

/** A statement with its parameters: a template of sql`...`, also one of another copy of this package. */
export interface TextWithParams {
  readonly text: string;
  readonly params: readonly unknown[];
}

/** A text, and the parameters for its placeholders. */
export type Statement<Params = readonly unknown[]> = readonly [text: string, params?: Params];

/** The options of a call that has none: the same object each time, which needs no check. */
export const NO_OPTIONS: Readonly<Record<string, never>> = {};

const NO_PARAMS: readonly never[] = [];

/**
 * Puts a call's arguments in order.
 * @param given The parameters of a text, or the options of a template.
 * @returns Parameters and options as given; missing ones get a default.
 * @throws FairleadError `usage` for what is no statement, for a template with parameters, for options that are no object.
 */
export function arrange<Params, Options extends object>(
  statement: string | TextWithParams,
  given: Params | Options | undefined,
  options: Options | undefined,
): [text: string, params: Params, options: Options] {
  if (typeof statement === 'string') {
    const params = given === undefined ? NO_PARAMS : given;
    return [statement, params as Params, orNone(options)];
  }
  assertTemplate(statement);
  if (Array.isArray(given)) throw usage('A statement of sql`...` brings its own parameters.');
  return [statement.text, statement.params as Params, orNone(given as Options | undefined)];
}

/** Options of a call. @throws FairleadError `usage` for what is no object; null is left to the protocol. */
function orNone<Options extends object>(options: Options | undefined): Options {
  if (options === undefined) return NO_OPTIONS as Options;
  if (typeof options !== 'object') throw usage('The options of a call are an object.');
  return options;
}

/**
 * The statements of a batch, each as a text and its parameters.
 * @throws FairleadError `usage` for what is none.
 */
export function arrangeBatch<Params>(
  statements: readonly (Statement<Params> | TextWithParams)[],
): Statement<Params>[] {
  if (!Array.isArray(statements)) throw usage('A batch is an array of statements.');
  return statements.map((each: Statement<Params> | TextWithParams) => {
    if (isPair(each)) return each;
    assertTemplate(each);
    return [each.text, each.params as Params];
  });
}

function isPair<Params>(statement: Statement<Params> | TextWithParams): statement is Statement<Params> {
  return Array.isArray(statement);
}

/** @throws FairleadError `usage` for what is no template. */
export function assertTemplate(statement: unknown): asserts statement is TextWithParams {
  const { text, params } = (statement ?? {}) as Partial<TextWithParams>;
  if (typeof text !== 'string' || !Array.isArray(params)) {
    throw usage('A statement is a text, or a template of sql`...`.');
  }
}
