// What both sides' KEXINITs come to (RFC 4253 section 7.1). Pure.
import { FairleadError } from '@fairlead/errors';
import type { KexInit } from '../wire/transport/kex-init.ts';
import { printable } from '../wire/transport/transport-messages.ts';

/** Names that are signals in KEXINIT, and never a method. */
export const SIGNALS = {
  EXT_INFO_CLIENT: 'ext-info-c',
  STRICT_CLIENT: 'kex-strict-c-v00@openssh.com',
  STRICT_SERVER: 'kex-strict-s-v00@openssh.com',
} as const;

/** What was chosen. */
export interface Choice {
  readonly keyExchange: string;
  readonly hostKey: string;
  readonly cipherToServer: string;
  readonly cipherToClient: string;
  readonly macToServer: string | undefined;
  readonly macToClient: string | undefined;
  /** Whether the packet behind the server's KEXINIT is a wrong guess, to be skipped. */
  readonly skipsGuess: boolean;
}

/** What helps where nothing is common: the package's exports that core does not load. */
const HELP: Readonly<Record<string, string>> = {
  'chacha20-poly1305@openssh.com': 'give `ciphers: [chacha20Poly1305]` of @fairlead/ssh/chacha20',
  'mlkem768x25519-sha256': 'give `keyExchanges: [mlkem768x25519]` of @fairlead/ssh/mlkem',
};

/**
 * @param ours Our KEXINIT; its preferences decide.
 * @param authenticates Whether a cipher has no need of a MAC.
 * @throws FairleadError `protocol` where nothing is common; `server.fields` has both lists.
 */
export function negotiate(
  ours: KexInit,
  theirs: KexInit,
  authenticates: (cipher: string) => boolean,
): Choice {
  const keyExchange = choose('key exchange', ours.keyExchanges.filter(isMethod), theirs.keyExchanges);
  const hostKey = choose('host key algorithm', ours.hostKeys, theirs.hostKeys);
  const cipherToServer = choose('cipher', ours.ciphersToServer, theirs.ciphersToServer);
  const cipherToClient = choose('cipher', ours.ciphersToClient, theirs.ciphersToClient);
  const macToServer = authenticates(cipherToServer)
    ? undefined
    : choose('MAC', ours.macsToServer, theirs.macsToServer);
  const macToClient = authenticates(cipherToClient)
    ? undefined
    : choose('MAC', ours.macsToClient, theirs.macsToClient);
  choose('compression', ours.compressionToServer, theirs.compressionToServer);
  choose('compression', ours.compressionToClient, theirs.compressionToClient);
  const guessed = ours.keyExchanges[0] === theirs.keyExchanges[0] && ours.hostKeys[0] === theirs.hostKeys[0];
  const skipsGuess = theirs.guesses && !guessed;
  return { keyExchange, hostKey, cipherToServer, cipherToClient, macToServer, macToClient, skipsGuess };
}

function isMethod(name: string): boolean {
  return name !== SIGNALS.EXT_INFO_CLIENT && name !== SIGNALS.STRICT_CLIENT;
}

function choose(what: string, ours: readonly string[], theirs: readonly string[]): string {
  const chosen = ours.find((name) => theirs.includes(name));
  if (chosen !== undefined) return chosen;
  const server = printable(theirs.join(','));
  const client = ours.join(',');
  const help = theirs.filter((name) => Object.hasOwn(HELP, name)).map((name) => HELP[name])[0];
  const message = `SSH: No ${what} is common: the server has ${server || 'none'}, this client ${client || 'none'}`;
  throw new FairleadError('protocol', help === undefined ? message : `${message}; ${help}`, {
    server: { code: 'no_common_algorithm', message: server, fields: { kind: what, server, client } },
  });
}
