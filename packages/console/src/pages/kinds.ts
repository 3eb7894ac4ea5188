// All pages: one line each. The first that accepts a connection is what a click on the connection opens.
import type { ConnectionAccess } from '../session/access.ts';
import type { PageKind } from './contract.ts';

/** Whether a connection's token may do anything of these protocols. */
const speaks =
  (...protocols: readonly string[]): PageKind['accepts'] =>
  (_, connection) =>
    connection !== undefined && protocols.some((protocol) => (connection.scopes[protocol]?.length ?? 0) > 0);

const isOperator =
  (...actions: readonly string[]): PageKind['accepts'] =>
  ({ admin }) =>
    actions.some((action) => admin.includes(action));

/** Whether the token may do something of a protocol with addresses of its own. */
const dials =
  (protocol: string, action: string): PageKind['accepts'] =>
  ({ targetScopes }) =>
    targetScopes[protocol]?.includes(action) ?? false;

const connectionPage = (
  id: string,
  title: string,
  protocols: readonly string[],
  about: string,
  load: PageKind['load'],
  words: string,
): PageKind => ({ id, title, about, place: 'connection', words, accepts: speaks(...protocols), load });

/** Every kind, in the order of the palette. */
export const PAGE_KINDS: readonly PageKind[] = [
  connectionPage(
    'sql',
    'SQL',
    ['pg', 'mysql'],
    'Statements, tables, plans',
    () => import('./sql/page.tsx'),
    'query tables schema explain',
  ),
  connectionPage(
    'redis',
    'Keys',
    ['redis'],
    'Values, command line, live channels',
    () => import('./redis/page.tsx'),
    'redis values ttl command line',
  ),
  connectionPage(
    'mongodb',
    'Documents',
    ['mongodb'],
    'Find, change, aggregate',
    () => import('./mongodb/page.tsx'),
    'mongodb find aggregate',
  ),
  connectionPage(
    'mqtt',
    'Topics',
    ['mqtt'],
    'Subscribe, watch, publish',
    () => import('./mqtt/page.tsx'),
    'mqtt subscribe publish',
  ),
  connectionPage(
    'smtp',
    'Send mail',
    ['smtp'],
    'Compose, send, look at the server',
    () => import('./smtp/page.tsx'),
    'smtp compose attachment',
  ),
  connectionPage(
    'imap',
    'Mailboxes',
    ['imap'],
    'Read, search, sort mail',
    () => import('./imap/page.tsx'),
    'imap mail read search',
  ),
  connectionPage(
    'irc',
    'Chat',
    ['irc'],
    'Channels and people',
    () => import('./irc/page.tsx'),
    'irc channels',
  ),
  connectionPage(
    'gopher',
    'Gopher',
    ['gopher'],
    'Menus, texts, search',
    () => import('./gopher/page.tsx'),
    'gopher browse',
  ),
  connectionPage(
    'ssh',
    'Terminal',
    ['ssh'],
    'A shell, or one command',
    () => import('./ssh/page.tsx'),
    'ssh shell exec',
  ),
  connectionPage(
    'files',
    'Files',
    ['sftp', 'ftp'],
    'Download, upload, sort',
    () => import('./files/page.tsx'),
    'sftp ftp upload download',
  ),
  {
    id: 'network',
    about: 'Ping, send bytes, tunnels',
    title: 'Network',
    place: 'tool',
    words: 'tcp ping latency send bytes hex tunnel placement',
    accepts: ({ connections, targets }) =>
      targets.length > 0 || connections.some(({ scopes }) => (scopes.tcp?.length ?? 0) > 0),
    load: () => import('./network/page.tsx'),
  },
  {
    id: 'gopherspace',
    title: 'Gopher addresses',
    about: 'Any Gopher server that the policy allows',
    place: 'tool',
    words: 'gopher browse url',
    accepts: dials('gopher', 'fetch'),
    load: () => import('./gopher/page.tsx'),
  },
  {
    id: 'mail-servers',
    title: 'Mail servers',
    about: 'TLS and capabilities of any server that the policy allows',
    place: 'tool',
    words: 'smtp probe tls ehlo capabilities',
    accepts: dials('smtp', 'probe'),
    load: () => import('./smtp/page.tsx'),
  },
  {
    id: 'pools',
    about: 'Connections that are kept, and who waits',
    title: 'Pools',
    place: 'tool',
    words: 'connections open idle waiting drain',
    accepts: isOperator('connections'),
    load: () => import('./pools/page.tsx'),
  },
  {
    id: 'operations',
    about: 'Metrics, errors, settings, their check',
    title: 'Operations',
    place: 'tool',
    words: 'metrics errors settings configuration check',
    accepts: isOperator('metrics', 'settings'),
    load: () => import('./operations/page.tsx'),
  },
];

/** The kind of an id; undefined where a kept tab names one that is gone. */
export function pageKind(id: string): PageKind | undefined {
  return PAGE_KINDS.find((kind) => kind.id === id);
}

/** The pages that a connection can be looked at with. */
export function pagesOf(
  connection: ConnectionAccess,
  access: Parameters<PageKind['accepts']>[0],
): readonly PageKind[] {
  return PAGE_KINDS.filter((kind) => kind.place === 'connection' && kind.accepts(access, connection));
}
