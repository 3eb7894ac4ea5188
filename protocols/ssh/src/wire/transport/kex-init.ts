// KEXINIT (RFC 4253 section 7.1): what one side offers. It chooses nothing.
import * as TRANSPORT from '../numbers/transport.ts';
import { SshReader } from '../ssh-reader.ts';
import { SshWriter } from '../ssh-writer.ts';

const MAX_BYTES = 65_536;

/** The lists of a KEXINIT, preferred names first. Compression and languages are always ours: `none`, and no language. */
export interface KexInit {
  readonly keyExchanges: readonly string[];
  readonly hostKeys: readonly string[];
  readonly ciphersToServer: readonly string[];
  readonly ciphersToClient: readonly string[];
  readonly macsToServer: readonly string[];
  readonly macsToClient: readonly string[];
  readonly compressionToServer: readonly string[];
  readonly compressionToClient: readonly string[];
  /** Whether the packet behind it is a guess. */
  readonly guesses: boolean;
}

/** @param cookie 16 random bytes. @returns The payload. */
export function encodeKexInit(init: KexInit, cookie: Uint8Array): Uint8Array {
  const writer = new SshWriter(MAX_BYTES);
  writer.u8(TRANSPORT.KEXINIT);
  writer.raw(cookie);
  writer.names(init.keyExchanges);
  writer.names(init.hostKeys);
  writer.names(init.ciphersToServer);
  writer.names(init.ciphersToClient);
  writer.names(init.macsToServer);
  writer.names(init.macsToClient);
  writer.names(init.compressionToServer);
  writer.names(init.compressionToClient);
  writer.names([]);
  writer.names([]);
  writer.boolean(init.guesses);
  writer.u32(0);
  return writer.take();
}

/** @param payload With its message number. @throws FairleadError `protocol`. */
export function decodeKexInit(payload: Uint8Array): KexInit {
  const reader = new SshReader(payload);
  reader.bytes(17);
  const init = {
    keyExchanges: reader.names(),
    hostKeys: reader.names(),
    ciphersToServer: reader.names(),
    ciphersToClient: reader.names(),
    macsToServer: reader.names(),
    macsToClient: reader.names(),
    compressionToServer: reader.names(),
    compressionToClient: reader.names(),
  };
  reader.string();
  reader.string();
  const guesses = reader.boolean();
  reader.u32();
  reader.end();
  return { ...init, guesses };
}
