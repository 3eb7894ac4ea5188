// What the tests of /ssh, /sftp and /ftp share: entries for the run's servers, files, and callers that leave.
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { expect, inject } from 'vitest';
import { knownHosts } from '../modules/ssh.ts';
import type { Gateway, Json } from './support.ts';

const { sshKeys } = inject('servers');

/** An entry of `FAIRLEAD_CONNECTIONS` for the SSH server at `port`, whose host keys are the run's. */
export function sshEntry(port: number, settings: Readonly<Record<string, unknown>> = {}) {
  const privateKey = sshKeys.user.ed25519.privateKey;
  return { url: `ssh://app@localhost:${port}`, privateKey, knownHosts: knownHosts(port), ...settings };
}

/** A public key's line as `ssh-keygen -l` shows it. */
export function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`;
}

/** SHA-256 in hexadecimal digits. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A name that no other test, and no earlier run, uses. */
export const newName = (): string => `gateway-${crypto.randomUUID()}`;

/** The routes of one protocol for one connection. A problem is shown where a status is not the expected one. */
export interface Files {
  /** Uploads, which must succeed. @returns The answer. */
  put(path: string, bytes: Uint8Array): Promise<Json>;
  get(path: string, headers?: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Response>;
  /** The bytes of a download, which must succeed. */
  bytes(path: string): Promise<Uint8Array>;
  /** Begins an upload and breaks it off once much of it has left, or when its time is up. */
  putHalf(path: string): Promise<void>;
}

/** The routes below `/sftp` or `/ftp`. */
export function filesOf(gateway: () => Gateway, prefix: '/sftp' | '/ftp', connection: string): Files {
  const at = (route: string, path: string) =>
    `${prefix}/${route}?${new URLSearchParams({ connection, path })}`;
  const get: Files['get'] = (path, headers = {}, signal) =>
    gateway().fetch(at('get', path), { headers, ...(signal && { signal }) });
  return {
    get,
    async put(path, bytes) {
      const body = new Uint8Array(bytes);
      const answer = await gateway().ask(at('put', path), { method: 'PUT', body });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body;
    },
    async bytes(path) {
      const response = await get(path);
      const bytes = await response.bytes();
      expect(response.status, new TextDecoder().decode(bytes.subarray(0, 300))).toBe(200);
      expect(response.headers.get('Content-Length')).toBe(String(bytes.length));
      return bytes;
    },
    putHalf: (path) => putHalf(gateway(), at('put', path)),
  };
}

const PIECE_BYTES = 65_536;
/** More than the buffers on the way hold: the server has a part of the file when the caller leaves. */
const PIECES_BEFORE_LEAVING = 160;

async function putHalf(gateway: Gateway, path: string): Promise<void> {
  const leave = new AbortController();
  let pieces = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      // Lets the abort, and whoever else waits, have a turn.
      await setImmediate();
      pieces += 1;
      if (pieces === PIECES_BEFORE_LEAVING) leave.abort();
      else if (pieces < PIECES_BEFORE_LEAVING) controller.enqueue(new Uint8Array(PIECE_BYTES).fill(120));
    },
  });
  // The platform does not say at once that a caller has left: what runs for it ends when its time is up.
  const headers = { 'Fairlead-Timeout-Ms': '3000' };
  const ask = { method: 'PUT', body, duplex: 'half', headers, signal: leave.signal };
  const answer = gateway.fetch(path, ask as never).then(({ status }) => status);
  expect(await answer.catch(() => 'left')).not.toBe(200);
}
