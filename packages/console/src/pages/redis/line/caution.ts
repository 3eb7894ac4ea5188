// Commands that are asked about first, and those that have a part of the page of their own.
import type { Argument } from '../wire/argument.ts';

/** By their names, with a subcommand where only that one is meant: what they do. */
const DANGERS: Readonly<Record<string, string>> = {
  FLUSHALL: 'It removes every key of every database of the server.',
  FLUSHDB: 'It removes every key of the database.',
  SWAPDB: 'It exchanges two databases for all clients.',
  SHUTDOWN: 'It ends the server.',
  DEBUG: 'It can crash the server.',
  MIGRATE: 'It moves keys to another server.',
  REPLICAOF: 'It replaces all data by another server’s.',
  SLAVEOF: 'It replaces all data by another server’s.',
  FAILOVER: 'It makes another server the master.',
  RESTORE: 'It makes a key of bytes that the server trusts.',
  KEYS: 'It looks at every key at once, and nobody else is served meanwhile. SCAN does not.',
  'CONFIG SET': 'It changes the server’s settings for everybody.',
  'CONFIG REWRITE': 'It writes the server’s settings to its file.',
  'SCRIPT FLUSH': 'It removes every script of the server.',
  'FUNCTION FLUSH': 'It removes every function of the server.',
  'FUNCTION DELETE': 'It removes a library of functions.',
  'CLIENT KILL': 'It ends the connections of others.',
  'CLIENT PAUSE': 'It lets all clients wait.',
  'ACL DELUSER': 'It removes a login.',
  'ACL SETUSER': 'It changes a login.',
};

const ELSEWHERE: Readonly<Record<string, string>> = {
  SUBSCRIBE: 'Subscriptions are in the part Channels.',
  PSUBSCRIBE: 'Subscriptions are in the part Channels.',
  SSUBSCRIBE: 'Subscriptions are in the part Channels.',
  MONITOR: 'MONITOR is in the part Channels.',
};

/** The name of a command and its subcommand, in capitals. */
function namesOf(command: readonly Argument[]): readonly [string, string] {
  const [name, part] = command.slice(0, 2).map((word) => String(word).toUpperCase());
  return [`${name} ${part}`, name ?? ''];
}

/** What a command does that is asked about first; undefined for all others. */
export function dangerOf(command: readonly Argument[]): string | undefined {
  const [both, name] = namesOf(command);
  return DANGERS[both] ?? DANGERS[name];
}

/** Where a command is that the line does not take; undefined for all others. */
export function elsewhere(command: readonly Argument[]): string | undefined {
  return ELSEWHERE[namesOf(command)[1]];
}

const PROSE =
  /^(?:INFO|LOLWUT|CLIENT (?:LIST|INFO)|LATENCY DOCTOR|MEMORY (?:DOCTOR|MALLOC-STATS)|CLUSTER (?:INFO|NODES)) ?/;

/** Whether a command is answered by text for people. */
export function isProse(command: readonly Argument[]): boolean {
  return PROSE.test(`${namesOf(command)[0]} `);
}
