// A host key of Ed25519 for tests, and a policy that accepts any whose signature is right.
import { protocolError } from '../../src/errors.ts';
import type { HostKeyPolicy, PresentedHostKey } from '../../src/host-keys/types.ts';
import { SshReader } from '../../src/wire/ssh-reader.ts';
import { SshWriter } from '../../src/wire/ssh-writer.ts';

/** A host key that can sign. */
export interface TestHostKey {
  readonly blob: Uint8Array;
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** A new key. */
export async function testHostKey(): Promise<TestHostKey> {
  const made = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in made)) throw new TypeError('Ed25519 makes pairs of keys');
  const raw = new Uint8Array((await crypto.subtle.exportKey('raw', made.publicKey)) as ArrayBuffer);
  return {
    blob: named('ssh-ed25519', raw),
    async sign(data) {
      return named('ssh-ed25519', new Uint8Array(await crypto.subtle.sign('Ed25519', made.privateKey, data)));
    },
  };
}

/** A policy, and the keys that it was shown. */
export interface AnyHostKey extends HostKeyPolicy {
  readonly seen: PresentedHostKey[];
}

/** Accepts any key of Ed25519 that has signed H. */
export function anyHostKey(): AnyHostKey {
  const seen: PresentedHostKey[] = [];
  return {
    seen,
    algorithms: ['ssh-ed25519'],
    async verify(key) {
      seen.push(key);
      // WebCrypto throws where a key or a signature has another length.
      const good = await isSignature(key).catch(() => false);
      if (!good) throw protocolError("The signature of the exchange is not the host key's");
    },
  };
}

async function isSignature({ blob, signature, exchangeHash }: PresentedHostKey): Promise<boolean> {
  const publicKey = await crypto.subtle.importKey('raw', second(blob), 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', publicKey, second(signature), exchangeHash);
}

function named(name: string, bytes: Uint8Array): Uint8Array {
  const writer = new SshWriter(1_024);
  writer.string(name);
  writer.string(bytes);
  return writer.take();
}

function second(blob: Uint8Array): Uint8Array {
  const reader = new SshReader(blob);
  reader.string();
  return reader.string();
}
