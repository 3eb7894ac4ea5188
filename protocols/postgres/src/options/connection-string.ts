// Reads a URL or a keyword string (libpq, manual section 34.1.1). It checks the form alone, and never shows any of the text,
// which may hold a password.
import { usage } from '../errors.ts';
import { addParameter, type Found } from './url-parameters.ts';

const URL_FORM = /^postgres(?:ql)?:\/\/(?:([^/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?(#?)/;
const HOST_FORM = /^(\[.*\]|[^:]*)(?::(\d*))?$/;
const KEYWORD = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s\\']|\\.)(?:[^\s\\]|\\.)*)?)\s*/sy;

/** What was read last, and from which text: a Worker opens its connections with the same one again and again. */
let last: { readonly text: string; readonly found: Found } | undefined;

/**
 * Reads `postgres://user:password@host1:port,host2/database?name=value`, or `host=... password='...'`.
 * A `+` behind the `?` is a space, as URL objects write it. The result is shared by calls with one text.
 * @throws FairleadError `usage`, `policy`.
 */
export function readConnectionString(text: string): Found {
  if (last?.text === text) return last.found;
  const found: Found = { options: {}, parameters: {} };
  const parts = URL_FORM.exec(text);
  for (const [name, value] of parts ? urlPairs(parts) : keywordPairs(text)) addParameter(found, name, value);
  last = { text, found };
  return found;
}

type Pairs = readonly (readonly [name: string, value: string])[];

function urlPairs([, login = '', hosts = '', database = '', query = '', hash]: RegExpExecArray): Pairs {
  const addresses = hosts.split(',').map((text) => HOST_FORM.exec(decode(text)));
  if (hash || addresses.includes(null)) throw malformed();
  const ports = addresses.map((address) => address?.[2] ?? '');
  const [user = '', ...password] = login.split(':');
  return [
    ['host', addresses.map((address) => address?.[1]).join()],
    // Where all ports are empty, their number does not matter.
    ['port', ports.some(Boolean) ? ports.join() : ''],
    ['user', decode(user)],
    ['password', decode(password.join(':'))],
    ['dbname', decode(database)],
    ...new URLSearchParams(query),
  ];
}

function keywordPairs(text: string): Pairs {
  if (!/^\s*\w+\s*=/.test(text)) throw usage('the URL does not begin with postgres://');
  const pairs: [string, string][] = [];
  KEYWORD.lastIndex = 0;
  while (KEYWORD.lastIndex < text.length) {
    const [, name, quoted, plain = ''] = KEYWORD.exec(text) ?? [];
    if (name === undefined)
      throw usage("the keyword string is malformed; write name='value', with \\' and \\\\ inside");
    pairs.push([name, (quoted ?? plain).replace(/\\(.)/gs, '$1')]);
  }
  return pairs;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause?: unknown): Error {
  return usage('the URL is malformed; percent-encode / ? # % in user and password', { cause });
}
