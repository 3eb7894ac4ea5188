// The two ways to write a connection down as text: URL and keyword string (libpq, manual section 34.1.1). It checks
// their form alone, and never shows any of the text, which may hold a password.
import { addParameter, type Found, usage } from '../url-parameters.ts';

const URL_FORM = /^postgres(?:ql)?:\/\/(?:([^/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?(#)?/;
const HOST_FORM = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/;
const KEYWORD = /\s*([^\s=]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s\\']|\\.)(?:[^\s\\]|\\.)*)?)\s*/sy;
const ENCODE = 'percent-encode special characters in the user name and password';

/**
 * Reads `postgres://user:password@host1:port,host2/database?name=value`, or `host=... password='...'`.
 * A `+` behind the `?` is a space, as URL objects write it.
 * @throws FairleadError `usage`, `policy`.
 */
export function readConnectionString(text: string): Found {
  const parts = URL_FORM.exec(text);
  const pairs = parts ? urlPairs(parts) : keywordPairs(text);
  return pairs.reduce<Found>((found, [name, value]) => addParameter(found, name, value), {});
}

type Pairs = readonly (readonly [name: string, value: string])[];

function urlPairs([, login = '', hosts = '', database = '', query = '', hash]: RegExpExecArray): Pairs {
  if (hash) throw usage('the URL has a fragment; percent-encode "#" as %23');
  const addresses = hosts.split(',').map((text) => HOST_FORM.exec(decode(text)));
  if (addresses.includes(null)) throw usage(`the URL is malformed; ${ENCODE}`);
  const ports = addresses.map((address) => address?.[2] ?? '');
  const colon = login.indexOf(':');
  return [
    ['host', addresses.map((address) => address?.[1]).join()],
    ['port', ports.some(Boolean) ? ports.join() : ''],
    ['user', decode(colon < 0 ? login : login.slice(0, colon))],
    ['password', colon < 0 ? '' : decode(login.slice(colon + 1))],
    ['dbname', decode(database)],
    ...new URLSearchParams(query),
  ];
}

function keywordPairs(text: string): Pairs {
  if (!/^\s*\w+\s*=/.test(text)) throw usage('the URL does not begin with postgres://');
  const pairs: [string, string][] = [];
  KEYWORD.lastIndex = 0;
  while (KEYWORD.lastIndex < text.length) {
    const [, name = '', quoted, plain = ''] = KEYWORD.exec(text) ?? [];
    if (name === '')
      throw usage("the keyword string is malformed; write name='value', with \\' and \\\\ inside");
    pairs.push([name, (quoted ?? plain).replace(/\\(.)/gs, '$1')]);
  }
  return pairs;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw usage('a part of the URL is not percent-encoded as it should be', cause);
  }
}
