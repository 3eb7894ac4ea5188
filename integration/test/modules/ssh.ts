// What the tests of SSH and SFTP share: the run's servers by name, what is known of their keys, and a login that all take.
import type { SshOptions } from '@fairlead/ssh';
import { inject } from 'vitest';

const { sshKeys, openssh, otherSsh, otherFtp } = inject('servers');

/** The servers that let `app` in by password and by key, run commands and forward, by the port of each. */
export const SHELL_SERVERS = {
  'OpenSSH 9.2': openssh['9.2'].port,
  'OpenSSH 10.0': openssh['10.0'].port,
  'OpenSSH 10.6': openssh['10.6'].port,
  Dropbear: otherSsh.dropbear,
  AsyncSSH: otherSsh.asyncssh,
} as const;

/** The servers that have SFTP. */
export const SFTP_SERVERS = {
  ...SHELL_SERVERS,
  "OpenSSH's sftp-server": openssh['10.0'].rekeyPort,
  "ProFTPD's mod_sftp": otherFtp.proftpd.sftp,
} as const;

/** The names of `servers`, for `describe.each`. */
export function namesOf<Name extends string>(servers: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(servers) as Name[];
}

const { ed25519, ecdsa, rsa } = sshKeys.host;

/** What the servers show, but TinySSH. */
export const HOST_KEYS = { ed25519: ed25519.publicKey, ecdsa: ecdsa.publicKey, rsa: rsa.publicKey };

/** The lines of a `known_hosts` file for the server at `port`; default: with all the host keys of the run. */
export function knownHosts(port: number, keys: readonly string[] = Object.values(HOST_KEYS)): string {
  return keys.map((key) => `[localhost]:${port} ${key}\n`).join('');
}

/** Where a server is, who it is, and who logs in, but not by what. */
export function account(port: number) {
  return { hostname: 'localhost', port, username: 'app', knownHosts: knownHosts(port) } satisfies SshOptions;
}

/** The same by password. */
export function login(port: number) {
  return { ...account(port), password: 'app-password' } satisfies SshOptions;
}

/** `length` bytes of which no two 64 KiB are alike. */
export function someBytes(length: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = 1;
  for (let at = 0; at < words.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[at] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** SHA-256 in hexadecimal digits. */
export async function sha256(bytes: Uint8Array<ArrayBuffer> | Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** As text. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
