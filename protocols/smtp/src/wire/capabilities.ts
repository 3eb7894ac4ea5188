// Reads the server's capabilities from its answer to EHLO (RFC 5321 section 4.1.1.1). Lines that are not keywords are
// skipped.
import type { Capabilities, Reply } from '../types.ts';

const KEYWORD = /^[A-Z0-9][A-Z0-9-]*$/;
/** The size of the extension SIZE (RFC 1870 section 4). */
const SIZE = /^\d{1,20}$/;

/** The capabilities. @param extended False for the answer to HELO, which has no extensions. */
export function readCapabilities(reply: Reply, extended: boolean): Capabilities {
  const [first = '', ...rest] = reply.lines;
  const extensions = new Map<string, string[]>();
  for (const line of extended ? rest : []) {
    // Old servers write AUTH=LOGIN.
    const [keyword = '', ...parameters] = line.trim().split(/[ \t]+|(?<=^auth)=/i);
    const name = keyword.toUpperCase();
    if (KEYWORD.test(name)) extensions.set(name, [...(extensions.get(name) ?? []), ...parameters]);
  }
  const has = (name: string): boolean => extensions.has(name);
  return {
    name: first.split(' ', 1)[0] ?? '',
    extended,
    startTls: has('STARTTLS'),
    pipelining: has('PIPELINING'),
    chunking: has('CHUNKING'),
    eightBitMime: has('8BITMIME'),
    smtpUtf8: has('SMTPUTF8'),
    dsn: has('DSN'),
    requireTls: has('REQUIRETLS'),
    enhancedStatusCodes: has('ENHANCEDSTATUSCODES'),
    size: readSize(extensions.get('SIZE')),
    auth: [...new Set((extensions.get('AUTH') ?? []).map((name) => name.toUpperCase()))],
    extensions,
  };
}

function readSize(parameters: readonly string[] | undefined): number | undefined {
  if (parameters === undefined) return undefined;
  const [text = ''] = parameters;
  return SIZE.test(text) ? Number(text) : 0;
}
