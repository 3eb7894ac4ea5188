// The text that a shell gets: a command of the entry with a request's parameters in it. Pure.
import { type Fault, HttpProblem, JsonNumber } from '@fairlead/http';
import { type ParameterValue, readParameterValues } from '@fairlead/http/parameters';
import { isUnquotable, quoteWord } from './quote.ts';
import type { Command } from './settings.ts';

/** The member of the body that holds parameters; faults name it. */
export const PARAMS = 'params';

/**
 * The command's text.
 * @param given By name, as `readJson` gives it with `partsIn`.
 * @throws HttpProblem 400: unknown, missing or unsuitable parameters, each with its place, without a value.
 */
export function commandLine(
  { pieces, params }: Command,
  given: Readonly<Record<string, unknown>>,
  maxDepth: number,
): string {
  const values = readParameterValues(params, new Map(Object.entries(given)), {
    root: `body.${PARAMS}`,
    from: 'json',
    utcSuffix: 'Z',
    maxDepth,
  });
  const texts = new Map([...values].map(([name, value]) => [name, textOf(value)]));
  const faults = [...texts].flatMap(([name, text]): Fault[] => {
    const message = faultOf(text, params.get(name)?.leadingDash);
    return message === undefined ? [] : [{ path: `body.${PARAMS}.${name}`, message }];
  });
  const [first] = faults;
  if (first !== undefined) {
    throw new HttpProblem('invalid', `${first.path}: ${first.message}`, { errors: faults });
  }
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : quoteWord(texts.get(piece.parameter) ?? '')))
    .join('');
}

function textOf(value: ParameterValue): string {
  return value instanceof JsonNumber ? value.text : String(value);
}

function faultOf(text: string, leadingDash: boolean | undefined): string | undefined {
  if (isUnquotable(text)) return 'must hold no NUL, CR and LF';
  if (text.startsWith('-') && leadingDash !== true) return 'must not begin with "-", as options do';
  return undefined;
}
