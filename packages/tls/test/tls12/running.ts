// Runs one handshake of TLS 1.2 against a scripted server, and tells the alert that it ends with.
import { TLS_AES_128_GCM_SHA256, x25519 } from '../../src/crypto/index.ts';
import { tls12 } from '../../src/tls12/index.ts';
import { message, u8 } from '../../src/wire/encode.ts';
import { type ServerMessage, type ServerOptions, startWith } from './scripted-server.ts';
import { type ClientWishes, clientHelloOf, requestOf, serverCertificate } from './setting.ts';

export const certificate = await serverCertificate();
export const certificates = {
  p384: await serverCertificate('ec-p384'),
  p521: await serverCertificate('ec-p521'),
  ed25519: await serverCertificate('ed25519'),
  rsa: await serverCertificate('rsa'),
};
export const ecdsa: ServerOptions = {
  certificate,
  suiteId: 0xc02b,
  suite: TLS_AES_128_GCM_SHA256,
  group: x25519,
};

export async function run(
  server: Partial<ServerOptions> = {},
  wishes: ClientWishes = {},
  serverHello?: Uint8Array,
) {
  const request = requestOf(wishes);
  const started = await startWith({ ...ecdsa, ...server }, request, clientHelloOf(request, wishes));
  const start = serverHello ? { ...started.start, serverHello } : started.start;
  const outcome = await tls12.handshake(start);
  return { ...started, outcome };
}

/** The alert that a server's behaviour leads to. */
export async function alertOf(server: Partial<ServerOptions>, wishes: ClientWishes = {}): Promise<string> {
  try {
    await run(server, wishes);
  } catch (error) {
    if (error instanceof Error && 'alert' in error) return String(error.alert);
    throw error;
  }
  return 'none';
}

/** One message goes out as another. */
export function instead(
  name: ServerMessage,
  change: (whole: Uint8Array) => readonly Uint8Array[],
): Partial<ServerOptions> {
  return { alter: (which, whole) => (which === name ? change(whole) : [whole]) };
}

export const tail = (whole: Uint8Array) => message(whole[0] ?? 0, whole.subarray(4), u8(0));
