// What is unwise about connections, as far as it can be told without dialling.
import type { InspectedConnection, Inspection } from '@fairlead/http/settings';
import type { Finding } from '../finding.ts';
import { SQL_READERS } from '../scopes.ts';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;
/** Members of entries that are sent at the login. */
const PASSWORDS: readonly string[] = ['password', 'accessToken', 'serverPassword'];
/** Schemes of which the plain one says that nothing is encrypted. */
const PLAIN_SCHEMES: Readonly<Record<string, string>> = {
  'redis:': 'rediss:',
  'mqtt:': 'mqtts:',
  'ws:': 'wss:',
  'irc:': 'ircs:',
};

/** The findings about connections. */
export function connectionFindings(inspection: Inspection): Finding[] {
  return inspection.connections.flatMap((each) => [
    ...plainPassword(each),
    ...missingReader(each, inspection),
    ...anyHostKey(each),
  ]);
}

function plainPassword({ path, connection, entry }: InspectedConnection): Finding[] {
  const { url, address } = connection;
  const hasPassword = url.password !== '' || PASSWORDS.some((name) => typeof entry[name] === 'string');
  const fix = hasPassword && !LOOPBACK.test(address.hostname) ? plainFix(url, entry.tls) : undefined;
  if (fix === undefined) return [];
  const message = 'sends its password over a connection that is not encrypted';
  return [{ level: 'warning', key: `${path}.url`, message, fix }];
}

/** How TLS is turned on; undefined where it is. */
function plainFix(url: URL, tls: unknown): string | undefined {
  if (tls === true || tls === 'starttls' || (typeof tls === 'object' && tls !== null)) return undefined;
  const encrypted = PLAIN_SCHEMES[url.protocol];
  if (encrypted !== undefined) return `Use ${encrypted}// where the server speaks TLS.`;
  if (tls === false) return 'Take "tls": false out: TLS is the default.';
  const isOff = tls === undefined && /^disabled?$/i.test(url.searchParams.get('sslmode') ?? '');
  return isOff ? 'Use sslmode=require, which is the default.' : undefined;
}

function anyHostKey({ path, entry }: InspectedConnection): Finding[] {
  if (entry.insecureAcceptAnyHostKey !== true) return [];
  const message = 'lets anyone on the way be the server, and have its password';
  const fix =
    'Give "fingerprint" instead: ssh-keyscan -t ed25519 HOST | ssh-keygen -lf - shows it; compare it at the server itself.';
  return [{ level: 'warning', key: `${path}.insecureAcceptAnyHostKey`, message, fix }];
}

function missingReader({ path, connection, entry }: InspectedConnection, inspection: Inspection): Finding[] {
  const { name, protocol } = connection;
  if (!SQL_READERS.includes(protocol) || entry.readUrl !== undefined) return [];
  if (!isRead(name, protocol, inspection)) return [];
  const message = `tokens that may only read (${protocol}:read) use the writer’s role`;
  const fix = 'Give the entry a "readUrl" with a role of its own that may only read, or with a replica.';
  return [{ level: 'warning', key: `${path}.readUrl`, message, fix }];
}

/** Whether a token may read the connection and not write it. */
function isRead(name: string, protocol: string, { tokens }: Inspection): boolean {
  return tokens.some(({ token }) => {
    const fitting = token.scopes.filter(
      (scope) => fits(scope.protocol, protocol) && fits(scope.connection, name),
    );
    return (
      fitting.some(({ action }) => action === 'read') && !fitting.some(({ action }) => fits(action, 'write'))
    );
  });
}

function fits(part: string, name: string): boolean {
  return part === '*' || part === name;
}
