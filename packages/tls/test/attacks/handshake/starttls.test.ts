// STARTTLS: what stands between the command and TLS, and what a caller is told where the server leaves in the midst of it.
import { isFairleadError } from '@fairlead/errors';
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { expect, it } from 'vitest';
import { overTls } from '../../../src/workerd.ts';
import { ScriptedServer, USUAL } from '../../hostile/server/server.ts';
import { ADDRESS, echo, inTime, makePki } from '../../hostile/trial.ts';

expectNoUnhandledRejection();

const pki = await makePki();
const text = (value: string) => new TextEncoder().encode(value);

/** Asks for TLS, gets `answer`, and turns it on. @param then What the server does behind its answer. */
async function upgrade(answer: string, then: (raw: MemoryServer) => Promise<void>) {
  const connector = overTls(
    { ca: pki.ca },
    memoryConnector(async (raw) => {
      await raw.read();
      await raw.write(text(answer));
      await then(raw);
    }),
  );
  const transport = await connector(ADDRESS, { tls: 'starttls', connectTimeoutMs: 2_000 });
  await transport.write(text('STARTTLS\r\n'));
  // As a client that reads its answer and no more.
  await transport.read(4);
  try {
    await inTime(transport.startTls());
    return { transport };
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    return { transport, error };
  }
}

function serverOf(raw: MemoryServer, steps = USUAL): ScriptedServer {
  const read = async (): Promise<Uint8Array | undefined> => (await raw.read())?.slice();
  return new ScriptedServer({ read, write: (bytes) => raw.write(bytes) }, { identity: pki.identity, steps });
}

it('what is injected behind the answer is no part of what comes through TLS', async () => {
  const injected = await upgrade('220 ', async (raw) => {
    await raw.write(text('250 injected\r\n'));
    await serverOf(raw)
      .play()
      .catch(() => undefined);
    raw.end();
  });
  expect(injected.error?.code).toBe('tls_failed');
  // Nor where it looks like TLS: data in clear.
  const asData = await upgrade('220 ', async (raw) => {
    await raw.write(Uint8Array.of(23, 3, 3, 0, 4, 50, 53, 48, 32));
    await serverOf(raw)
      .play()
      .catch(() => undefined);
    raw.end();
  });
  expect(asData.error).toMatchObject({ code: 'tls_failed', reason: 'protocol' });
});

it('what is written meanwhile goes out behind the handshake, encrypted', async () => {
  let seen = '';
  const connector = overTls(
    { ca: pki.ca },
    memoryConnector(async (raw) => {
      const read = async (): Promise<Uint8Array | undefined> => {
        const bytes = (await raw.read())?.slice();
        seen += new TextDecoder('latin1').decode(bytes);
        return bytes;
      };
      const server = new ScriptedServer(
        { read, write: (bytes) => raw.write(bytes) },
        { identity: pki.identity },
      );
      await server.play();
      await echo(server);
      raw.end();
    }),
  );
  const transport = await connector(ADDRESS, { tls: 'starttls' });
  const upgrading = transport.startTls();
  const writing = transport.write(text('a secret'));
  await upgrading;
  await writing;
  expect(new TextDecoder().decode(await transport.read(8))).toBe('a secret');
  expect(seen).not.toContain('secret');
  await transport.close();
});

it.each(['end', 'reset', 'close'] as const)(
  'tells that the server has left during the handshake: %s',
  async (way) => {
    for (let count = 0; count < USUAL.length; count++) {
      const { error } = await upgrade('220 ', async (raw) => {
        const playing = serverOf(raw, USUAL.slice(0, count))
          .play()
          .catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 10));
        await raw[way]();
        await playing;
      });
      expect(error?.code).toBe('tls_failed');
      expect(error?.message).toContain('the server ended the connection during the handshake');
    }
  },
);

it.each(['end', 'close'] as const)('tells the alert with which the server has left: %s', async (way) => {
  const { error } = await upgrade('220 ', async (raw) => {
    await raw.read();
    await raw.write(Uint8Array.of(21, 3, 3, 0, 2, 2, 112));
    await raw[way]();
  });
  expect(error).toMatchObject({ code: 'tls_failed', reason: 'alert', alert: 'unrecognized_name' });
});
