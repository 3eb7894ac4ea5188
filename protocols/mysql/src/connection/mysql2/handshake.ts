// Changes of the driver's handshake: what it may send before the server asks, and a packet that it does not know.
import { Buffer } from 'node:buffer';
import type { AuthMethod } from '../../options/connect-options.ts';
import type { Login } from '../../options/target.ts';
import { HEADER_BYTES } from '../../wire/encode.ts';
import { MARIADB_CACHE_METADATA } from '../../wire/greeting.ts';
import { type AuthPolicy, refusalOf } from '../login/auth-methods.ts';
import type { ClientHandshake } from './driver-types.ts';

/** Methods whose first answer can be sent with the handshake response. */
const DIRECT: readonly string[] = [
  'mysql_native_password',
  'caching_sha2_password',
  'sha256_password',
  'mysql_clear_password',
];
/** `P`, the first byte of parsec's salt, and AuthMoreData, which should precede it. */
const PARSEC_SALT = 0x50;
const MORE_DATA = 0x01;

/** The driver's capabilities that this client turns off. */
export function flagsOf(target: Login): string[] {
  const off = ['-IGNORE_SPACE', '-ODBC', '-CLIENT_QUERY_ATTRIBUTES'];
  return target.database === undefined ? [...off, '-CONNECT_WITH_DB'] : off;
}

/** Lets the driver send only what the rules allow, also before the server has named the account's method. */
export function restrictHandshake(handshake: ClientHandshake, policy: AuthPolicy): void {
  const may = (method: string): boolean => refusalOf(method as AuthMethod, policy) === undefined;
  const token = handshake.calculateAuthToken.bind(handshake);
  handshake.canUseAuthMethodDirectly = (method) => {
    const inClear = method === 'sha256_password' || method === 'mysql_clear_password';
    return DIRECT.includes(method) && (policy.tls || !inClear) && may(method);
  };
  handshake.calculateAuthToken = (method, password, scramble) =>
    may(method) ? token(method, password, scramble) : Buffer.alloc(0);
}

/** Asks MariaDB to leave out the column definitions that a prepared statement has told already. */
export function takeKnownColumns(handshake: ClientHandshake): void {
  handshake.mariadbExtendedClientFlags |= MARIADB_CACHE_METADATA;
}

/** Adds the byte that parsec's second packet lacks, and that the driver recognises such packets by. */
export function acceptParsec(handshake: ClientHandshake): void {
  const execute = handshake.execute.bind(handshake);
  handshake.execute = (packet, connection) => {
    if (packet !== undefined && packet.buffer[packet.offset] === PARSEC_SALT) {
      const payload = packet.buffer.subarray(packet.offset, packet.end);
      packet.buffer = Buffer.concat([Buffer.alloc(HEADER_BYTES), Buffer.of(MORE_DATA), payload]);
      packet.start = 0;
      packet.offset = HEADER_BYTES;
      packet.end = packet.buffer.length;
    }
    return execute(packet, connection);
  };
}
