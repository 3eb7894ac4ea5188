// A line of mail addresses as people type it, read into its parts, and what is wrong with them. The gateway has the last word.

/** One address: `Ann <ann@example.com>`. */
export interface Address {
  /** Without quotation marks; empty where there is none. */
  readonly name: string;
  readonly address: string;
}

/** A line of addresses. */
export interface AddressList {
  readonly addresses: readonly Address[];
  /** What is wrong, in words; undefined where nothing is. */
  readonly fault: string | undefined;
}

/** RFC 5321 section 4.5.3.1: of the part before the `@`, and of the whole. */
const MAX_LOCAL = 64;
const MAX_ADDRESS = 254;
/** Says so much of what is wrong. */
const SHOWN = 60;

/** Reads addresses with commas, semicolons or line ends between them; those within quotation marks belong to names. */
export function readAddressList(text: string): AddressList {
  const entries = splitEntries(text);
  const addresses = entries.map(readEntry);
  const faults = addresses.map(({ address }) => addressFault(address));
  return { addresses, fault: faults.find((fault) => fault !== undefined) };
}

/** What is wrong with one bare address, in words. */
export function addressFault(address: string): string | undefined {
  const shown = address.length > SHOWN ? `${address.slice(0, SHOWN)}…` : address;
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (address === '') return 'An address is missing.';
  if (at < 0) return `“${shown}” has no @.`;
  if (local === '') return `“${shown}” has nothing before the @.`;
  if (domain === '') return `“${shown}” has nothing behind the @.`;
  if (/[\p{Cc}\p{Cf}]/u.test(address)) return `“${shown}” holds an invisible character.`;
  if (/\s/.test(domain) || !/^(?:"(?:[^"\\]|\\.)*"|[^\s,;:<>()[\]\\@"]+)$/.test(local))
    return `“${shown}” is not an address: look at its spaces and signs.`;
  if (local.length > MAX_LOCAL || address.length > MAX_ADDRESS) return `“${shown}” is too long.`;
  return isDomain(domain) ? undefined : `“${shown}” has no proper domain behind the @.`;
}

/** A name of labels, in any script, or an address in brackets. */
function isDomain(domain: string): boolean {
  if (/^\[[\w.:]+\]$/.test(domain)) return true;
  return domain
    .split('.')
    .every((label) => /^[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u.test(label));
}

function splitEntries(text: string): string[] {
  const entries: string[] = [];
  let entry = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? '';
    if (isQuoted && sign === '\\') {
      entry += sign + (text[at + 1] ?? '');
      at++;
      continue;
    }
    if (sign === '"') isQuoted = !isQuoted;
    if (!isQuoted && /[,;\n]/.test(sign)) {
      entries.push(entry);
      entry = '';
    } else entry += sign;
  }
  return [...entries, entry].map((one) => one.trim()).filter((one) => one !== '');
}

function readEntry(entry: string): Address {
  const [, name = '', address] = /^(.*)<([^<>]*)>$/s.exec(entry) ?? [];
  if (address === undefined) return { name: '', address: entry };
  const bare = /^"(.*)"$/s.exec(name.trim())?.[1]?.replace(/\\(.)/g, '$1') ?? name.trim();
  return { name: bare, address: address.trim() };
}
