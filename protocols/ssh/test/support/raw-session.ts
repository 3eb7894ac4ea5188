// Login by `none` and one exec channel by payloads of the tests' own: what the transport layer's tests need of the layers above.
import { limitOf } from '@fairlead/client';
import { connect } from '@fairlead/transport';
import { type LinkOptions, openLink } from '../../src/connection/open-link.ts';
import type { PacketLink } from '../../src/connection/packet-link.ts';
import * as AUTH from '../../src/wire/numbers/auth.ts';
import * as CONNECTION from '../../src/wire/numbers/connection.ts';
import * as TRANSPORT from '../../src/wire/numbers/transport.ts';
import { SshReader } from '../../src/wire/ssh-reader.ts';
import { SshWriter } from '../../src/wire/ssh-writer.ts';
import { anyHostKey } from './host-key.ts';

const WINDOW = 0x7fff_ffff;
const PIECE_BYTES = 32_768;

/** A running command. */
export interface RawCommand {
  readonly link: PacketLink;
  /** How much the server lets us send. */
  readonly window: number;
}

/** Dials, exchanges keys, logs in and begins a command. */
export async function rawCommand(
  port: number,
  command: string,
  options: Partial<LinkOptions> = {},
): Promise<RawCommand> {
  const transport = await connect({ hostname: '127.0.0.1', port });
  const limit = limitOf({ timeoutMs: 10_000 });
  const link = await openLink(transport, { hostKeys: anyHostKey(), limit, ...options });
  void link.send(message(TRANSPORT.SERVICE_REQUEST, 'ssh-userauth'));
  void link.send(message(AUTH.REQUEST, 'user', 'ssh-connection', 'none'));
  await until(link, AUTH.SUCCESS);
  void link.send(message(CONNECTION.CHANNEL_OPEN, 'session', 0, WINDOW, PIECE_BYTES));
  const opened = new SshReader(await until(link, CONNECTION.CHANNEL_OPEN_CONFIRMATION));
  opened.bytes(9);
  const window = opened.u32();
  void link.send(message(CONNECTION.CHANNEL_REQUEST, 0, 'exec', false, command));
  return { link, window };
}

/** Reads the command's output to its end. @returns Its bytes' count and a sum of them in their order. */
export async function readAll(
  link: PacketLink,
  onWindow?: (bytes: number) => void,
): Promise<[number, number]> {
  let count = 0;
  let sum = 0;
  for (let got = await link.receive(); got !== undefined; got = await link.receive()) {
    if (got[0] === CONNECTION.CHANNEL_WINDOW_ADJUST)
      onWindow?.(new DataView(got.buffer, got.byteOffset).getUint32(5));
    if (got[0] === CONNECTION.CHANNEL_EOF || got[0] === CONNECTION.CHANNEL_CLOSE) break;
    if (got[0] !== CONNECTION.CHANNEL_DATA) continue;
    count += got.length - 9;
    sum = checksum(sum, got.subarray(9));
  }
  return [count, sum];
}

/** Sends bytes as the window allows, then EOF. */
export class RawInput {
  readonly #link: PacketLink;
  #window: number;
  #more: (() => void) | undefined;

  constructor({ link, window }: RawCommand) {
    this.#link = link;
    this.#window = window;
  }

  grow(bytes: number): void {
    this.#window += bytes;
    this.#more?.();
  }

  async write(content: Uint8Array): Promise<void> {
    for (let at = 0; at < content.length; ) {
      while (this.#window === 0) await new Promise<void>((resolve) => (this.#more = resolve));
      const piece = content.subarray(at, at + Math.min(PIECE_BYTES - 9, this.#window));
      this.#window -= piece.length;
      at += piece.length;
      void this.#link.send(message(CONNECTION.CHANNEL_DATA, 0, piece));
      if (this.#window === 0) continue;
    }
    await this.#link.send(message(CONNECTION.CHANNEL_EOF, 0));
  }
}

/** A sum that depends on the order; every 64th byte counts. */
export function checksum(from: number, bytes: Uint8Array): number {
  let sum = from;
  for (const byte of bytes) sum = (Math.imul(sum, 31) + byte) >>> 0;
  return sum;
}

async function until(link: PacketLink, type: number): Promise<Uint8Array> {
  for (;;) {
    const got = await link.receive();
    if (got === undefined) throw new Error('the server has gone');
    if (got[0] === type) return got;
  }
}

/** A payload: numbers as four bytes, text and bytes as strings. */
export function message(
  type: number,
  ...parts: readonly (string | number | boolean | Uint8Array)[]
): Uint8Array {
  const writer = new SshWriter(1 << 20);
  writer.u8(type);
  for (const part of parts) {
    if (typeof part === 'number') writer.u32(part);
    else if (typeof part === 'boolean') writer.boolean(part);
    else writer.string(part);
  }
  return writer.take();
}
