// What scopes there are: each protocol's actions. Data only.

/** The actions of each protocol that the gateway knows. */
export const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  pg: ['read', 'write'],
  mysql: ['read', 'write'],
  redis: ['read', 'write', 'script', 'admin'],
  mongodb: ['read', 'write', 'admin'],
  mqtt: ['read', 'write'],
  smtp: ['send', 'probe'],
  imap: ['read', 'write'],
  irc: ['send', 'session'],
  gopher: ['fetch'],
  ssh: ['exec', 'shell', 'any'],
  sftp: ['read', 'write'],
  ftp: ['read', 'write'],
  tcp: ['ping', 'tunnel', 'send'],
  query: ['run'],
  admin: ['connections', 'drain', 'metrics', 'settings'],
};

/** Protocols whose scopes name connections of any protocol; those of `query` name queries. */
export const OF_ANY_PROTOCOL: readonly string[] = ['tcp', 'admin'];

/** Protocols whose scopes name connections of another one. */
export const CONNECTIONS_OF: Readonly<Record<string, string>> = { sftp: 'ssh' };

/** The actions by which a token may read SQL. */
export const SQL_READERS: readonly string[] = ['pg', 'mysql'];
