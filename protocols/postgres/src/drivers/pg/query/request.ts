// What a query of `pg` asks of the server. It sends nothing.
import {
  type Preparing,
  type Request,
  simpleRequest,
  statementRequest,
} from '../../../statements/request.ts';
import { prepareValue } from '../values/parameters.ts';
import type { QueryConfig } from './call.ts';

/** A text that has this word is run alone. */
const MAY_COPY = /\bcopy\b/i;

/** The texts of one connection's named statements. */
export class NamedStatements {
  readonly #texts = new Map<string, string>();

  /** The text of a statement that has a name; the first use of the name has to give it. */
  textOf(name: string, text: string | undefined): string | undefined {
    const known = this.#texts.get(name);
    if (known !== undefined && text && text !== known) {
      throw new Error(`Prepared statements must be unique - '${name}' was used for a different statement`);
    }
    if (known === undefined && text !== undefined) this.#texts.set(name, text);
    return known ?? text;
  }
}

/**
 * Without values and a name, a text goes by the simple query protocol, which allows several statements.
 * @throws Error for a query without text, and for values that are no array.
 */
export function requestOf(config: QueryConfig, names: NamedStatements, prepare: Preparing): Request {
  const { values, name, queryMode } = config;
  const text = name ? names.textOf(name, config.text) : config.text;
  if (typeof text !== 'string') {
    throw new Error('A query must have either text or a name. Supplying neither is unsupported.');
  }
  if (values && !Array.isArray(values)) throw new Error('Query values must be an array');
  const isExtended = queryMode === 'extended' || Boolean(name) || (text !== '' && Boolean(values?.length));
  if (!isExtended) return simpleRequest(text, false, MAY_COPY.test(text));
  return {
    ...statementRequest(text),
    values: (values ?? []).map((value) => prepareValue(value)),
    prepare: name ? 'always' : prepare,
  };
}
