// Reads known_hosts (sshd(8)) for one host. It never adds to it, and judges no key.
import { fromBase64 } from '@fairlead/bytes';
import { FairleadError, usage } from '@fairlead/errors';
import { decodePublicKey, type PublicKey } from '../keys/public-key.ts';
import { fitsHost, knownHostsName } from './host-patterns.ts';

/** A file of that length has some 10,000 lines. */
const MAX_CHARACTERS = 1 << 20;
/** No line with a key of 16,384 bits and a name for every alias is longer. */
const MAX_LINE_CHARACTERS = 16_384;

/** What a known_hosts says of one host. */
export interface KnownKeys {
  readonly keys: readonly PublicKey[];
  /** `@cert-authority`: their certificates are accepted. */
  readonly authorities: readonly PublicKey[];
  /** `@revoked`: these are never accepted. */
  readonly revoked: readonly PublicKey[];
}

interface Line {
  readonly marker: Marker;
  readonly names: string;
  readonly type: string;
  readonly base64: string;
}

type Marker = keyof KnownKeys;
const MARKERS: ReadonlyMap<string, Marker> = /* @__PURE__ */ new Map([
  ['@cert-authority', 'authorities'],
  ['@revoked', 'revoked'],
] as const);

/**
 * The keys of one host. As in OpenSSH, lines that are malformed or have a key of an unknown type are passed over, and the
 * lines of the bare name count for another port than 22 where none has `[name]:port`.
 * @throws FairleadError `usage` where nothing in it could accept a key of this host, `limit` where it is too long.
 */
export async function readKnownHosts(text: string, hostname: string, port: number): Promise<KnownKeys> {
  if (typeof text !== 'string') throw usage('knownHosts is the text of a known_hosts file');
  if (text.length > MAX_CHARACTERS) throw new FairleadError('limit', 'knownHosts is longer than 1 MiB');
  const lines = linesOf(text);
  const name = knownHostsName(hostname, port);
  const own = await keysOf(lines, name);
  if (accepts(own.found) || port === 22) return sure(own, lines, name);
  const bare = await keysOf(lines, knownHostsName(hostname, 22));
  const revoked = [...own.found.revoked, ...bare.found.revoked];
  return sure({ unread: own.unread + bare.unread, found: { ...bare.found, revoked } }, lines, name);
}

interface Found {
  readonly found: Record<Marker, PublicKey[]>;
  /** The lines that fit the host and whose key could not be read. */
  readonly unread: number;
}

function accepts({ keys, authorities }: KnownKeys): boolean {
  return keys.length > 0 || authorities.length > 0;
}

function sure({ found, unread }: Found, lines: readonly Line[], name: string): KnownKeys {
  if (accepts(found)) return found;
  const odd = [
    unread > 0 && `${unread} with a key that is not supported`,
    found.revoked.length > 0 && `${found.revoked.length} with a revoked key`,
  ].filter(Boolean);
  const about = odd.length > 0 ? `; of this host: ${odd.join(', ')}` : '';
  throw usage(
    `knownHosts has no usable key of ${name} (lines with keys: ${lines.length}${about}). \`ssh-keyscan\` prints a line to add; compare its fingerprint first`,
  );
}

async function keysOf(lines: readonly Line[], name: string): Promise<Found> {
  const found: Record<Marker, PublicKey[]> = { keys: [], authorities: [], revoked: [] };
  let unread = 0;
  for (const line of lines) {
    if (!(await fitsHost(line.names, name))) continue;
    const key = keyOf(line);
    if (key) found[line.marker].push(key);
    else unread++;
  }
  return { found, unread };
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (const line of text.split('\n')) {
    if (line.length > MAX_LINE_CHARACTERS) continue;
    // Two fields more than a line needs: the comment may have any number of words.
    const words = line.trim().split(/[ \t]+/, 4);
    const marker = MARKERS.get(words[0] ?? '');
    const [names = '', type = '', base64 = ''] = marker ? words.slice(1) : words;
    if (base64 === '' || names.startsWith('#') || names.startsWith('@')) continue;
    lines.push({ marker: marker ?? 'keys', names, type, base64 });
  }
  return lines;
}

function keyOf({ type, base64 }: Line): PublicKey | undefined {
  const blob = fromBase64(base64);
  if (blob === undefined) return undefined;
  try {
    const key = decodePublicKey(blob);
    return key.type === type ? key : undefined;
  } catch {
    return undefined;
  }
}
