// The names of hosts in known_hosts (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): lists, globs, negation, hashes.
import { equalBytes, fromBase64 } from '@fairlead/bytes';

const HASH_BYTES = 20;
const encoder = /* @__PURE__ */ new TextEncoder();

/** The name that known_hosts has for a host: lower case, with the port where it is not 22. */
export function knownHostsName(hostname: string, port: number): string {
  const name = hostname.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** Whether the names of a line fit a host: a list with globs, or one hashed name. */
export async function fitsHost(names: string, host: string): Promise<boolean> {
  return names.startsWith('|') ? fitsHash(names, host) : fitsList(names, host);
}

/** Whether `*` and `?` in a pattern make it the text. It takes at most pattern times text steps. */
export function fitsGlob(pattern: string, text: string): boolean {
  let [at, star, retry] = [0, -1, 0];
  for (let i = 0; i < text.length; ) {
    if (pattern[at] === '*') {
      star = at++;
      retry = i;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[i])) {
      at++;
      i++;
    } else if (star !== -1) {
      at = star + 1;
      i = ++retry;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** One pattern has to fit, and none with `!` may. */
function fitsList(list: string, host: string): boolean {
  let fits = false;
  for (const pattern of list.toLowerCase().split(',')) {
    if (pattern === '') continue;
    const isNegated = pattern.startsWith('!');
    if (!fitsGlob(isNegated ? pattern.slice(1) : pattern, host)) continue;
    if (isNegated) return false;
    fits = true;
  }
  return fits;
}

/** `|1|salt|HMAC-SHA1(salt, host)`, both in base64. The hash hides names; nothing is authenticated by it. */
async function fitsHash(name: string, host: string): Promise<boolean> {
  const [, version, saltText = '', hashText = '', ...more] = name.split('|', 6);
  if (version !== '1' || more.length > 0) return false;
  const [salt, hash] = [fromBase64(saltText), fromBase64(hashText)];
  if (salt?.length !== HASH_BYTES || hash?.length !== HASH_BYTES) return false;
  const key = await crypto.subtle.importKey('raw', salt, { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
  return equalBytes(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(host))), hash);
}
