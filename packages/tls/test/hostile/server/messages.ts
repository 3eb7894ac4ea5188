// The server's messages of TLS 1.3, as they should be (RFC 8446 section 4).
import { concat } from '@fairlead/bytes';
import type { Hash } from '../../../src/crypto/types.ts';
import type { ClientHello } from './client-hello.ts';
import { type Encoded, handshakeMessage } from './encoder.ts';

const RETRY = Uint8Array.from(
  'cf 21 ad 74 e5 9a 61 11 be 1d 8c 02 1e 65 b8 91 c2 a2 11 16 7a bb 8c 5e 07 9e 09 e2 c8 a8 33 9c'.split(
    ' ',
  ),
  (digits) => Number.parseInt(digits, 16),
);

const text = (value: string) => new TextEncoder().encode(value);

/** ServerHello. */
export function serverHello(
  hello: ClientHello,
  suite: number,
  group: number,
  share: Uint8Array,
  pskIndex?: number,
): Encoded {
  return handshakeMessage(2, (message) => {
    message.number(0x0303, 2).raw(crypto.getRandomValues(new Uint8Array(32)));
    message
      .vector(1, (id) => id.raw(hello.sessionId))
      .number(suite, 2)
      .number(0, 1);
    message.vector(2, (extensions) => {
      extensions.extension(43, (version) => version.number(0x0304, 2));
      extensions.extension(51, (entry) => entry.number(group, 2).vector(2, (key) => key.raw(share)));
      if (pskIndex !== undefined) extensions.extension(41, (index) => index.number(pskIndex, 2));
    });
  });
}

/** HelloRetryRequest for another group. */
export function helloRetryRequest(hello: ClientHello, suite: number, group: number, cookie: string): Encoded {
  return handshakeMessage(2, (message) => {
    message.number(0x0303, 2).raw(RETRY);
    message
      .vector(1, (id) => id.raw(hello.sessionId))
      .number(suite, 2)
      .number(0, 1);
    message.vector(2, (extensions) => {
      extensions.extension(43, (version) => version.number(0x0304, 2));
      extensions.extension(51, (entry) => entry.number(group, 2));
      extensions.extension(44, (entry) => entry.vector(2, (value) => value.raw(text(cookie))));
    });
  });
}

/** EncryptedExtensions. */
export function encryptedExtensions(alpn: string | undefined): Encoded {
  return handshakeMessage(8, (message) =>
    message.vector(2, (extensions) => {
      if (alpn === undefined) return;
      extensions.extension(16, (list) =>
        list.vector(2, (names) => names.vector(1, (name) => name.raw(text(alpn)))),
      );
    }),
  );
}

/** CertificateRequest for a few schemes. */
export function certificateRequest(): Encoded {
  return handshakeMessage(13, (message) =>
    message
      .vector(1, () => undefined)
      .vector(2, (extensions) =>
        extensions.extension(13, (list) =>
          list.vector(2, (schemes) => schemes.number(0x0403, 2).number(0x0804, 2).number(0x0807, 2)),
        ),
      ),
  );
}

/** Certificate. @param chain DER. */
export function certificate(chain: readonly Uint8Array[]): Encoded {
  return handshakeMessage(11, (message) =>
    message
      .vector(1, () => undefined)
      .vector(3, (list) => {
        for (const der of chain) list.vector(3, (entry) => entry.raw(der)).vector(2, () => undefined);
      }),
  );
}

/** What a server's CertificateVerify signs. */
export async function signedContent(hash: Hash, transcript: Uint8Array): Promise<Uint8Array> {
  const context = text('TLS 1.3, server CertificateVerify');
  return concat([new Uint8Array(64).fill(0x20), context, new Uint8Array(1), await hash.digest(transcript)]);
}

/** CertificateVerify. */
export function certificateVerify(scheme: number, signature: Uint8Array): Encoded {
  return handshakeMessage(15, (message) =>
    message.number(scheme, 2).vector(2, (bytes) => bytes.raw(signature)),
  );
}

/** Finished. */
export function finished(verifyData: Uint8Array): Encoded {
  return handshakeMessage(20, (message) => message.raw(verifyData));
}

/** NewSessionTicket. */
export function newSessionTicket(identity: Uint8Array, lifetimeSeconds = 3_600): Encoded {
  return handshakeMessage(4, (message) => {
    message.number(lifetimeSeconds, 4).number(7, 4);
    message.vector(1, (nonce) => nonce.raw([0])).vector(2, (ticket) => ticket.raw(identity));
    message.vector(2, () => undefined);
  });
}

/** KeyUpdate. */
export function keyUpdate(isAnswerWanted: boolean): Encoded {
  return handshakeMessage(24, (message) => message.number(isAnswerWanted ? 1 : 0, 1));
}
