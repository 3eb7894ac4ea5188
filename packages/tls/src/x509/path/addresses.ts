// DNS names and IP addresses as text, strictly (RFC 5280 section 4.2.1.6, RFC 1123, RFC 4291): what is not in order is nothing.

/** Labels of letters, digits and inner hyphens, and a last one that is no number. */
const DNS_NAME = /^(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)*(?!\d+$)(?!-)[a-z0-9-]{1,63}(?<!-)$/;
/** The names that may be dialled also have underscores: they can match behind a wildcard alone. */
const DIALLED_NAME = /^(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)*(?!\d+$)(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
const MAX_DNS_NAME = 253;
const DECIMAL = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;

/** Whether it is a DNS name in lower case, without a dot at its end. */
export function isDnsName(text: string): boolean {
  return text.length <= MAX_DNS_NAME && DNS_NAME.test(text);
}

/** The same for a name that is dialled. */
export function isDialledName(text: string): boolean {
  return text.length <= MAX_DNS_NAME && DIALLED_NAME.test(text);
}

/**
 * A wildcard's base: `example.com` of `*.example.com`. The asterisk is the whole first label, and two labels or more follow, so that
 * nobody is everything below a top level domain.
 */
export function wildcardBase(text: string): string | undefined {
  const base = text.slice(2);
  return text.startsWith('*.') && base.includes('.') && isDnsName(base) ? base : undefined;
}

/** The bytes of an IP address: 4 of `10.0.0.1`, 16 of `2001:db8::1` or `::ffff:10.0.0.1`; `undefined` for everything else. */
export function addressBytes(text: string): Uint8Array | undefined {
  return text.includes(':') ? version6(text) : version4(text);
}

function version4(text: string): Uint8Array | undefined {
  const parts = text.split('.', 5);
  const isAddress = parts.length === 4 && parts.every((part) => DECIMAL.test(part) && Number(part) < 256);
  return isAddress ? Uint8Array.from(parts.map(Number)) : undefined;
}

function version6(text: string): Uint8Array | undefined {
  const [before = '', after, more] = text.split('::', 3);
  const front = groupBytes(before);
  const back = groupBytes(after ?? '');
  if (front === undefined || back === undefined || more !== undefined) return undefined;
  const missing = 16 - front.length - back.length;
  if (after === undefined ? missing !== 0 : missing < 2) return undefined;
  // An address of version 4 can stand at the end alone.
  if (after !== undefined && before.includes('.')) return undefined;
  return Uint8Array.from([...front, ...new Uint8Array(missing), ...back]);
}

function groupBytes(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':', 9);
  const bytes: number[] = [];
  for (const [at, group] of groups.entries()) {
    const tail = at === groups.length - 1 && group.includes('.') ? version4(group) : undefined;
    if (tail === undefined && !GROUP.test(group)) return undefined;
    const number = Number.parseInt(group, 16);
    bytes.push(...(tail ?? [number >> 8, number & 0xff]));
  }
  return bytes;
}
