// Whether an error says that it is safe to retry though the server may have acted already.
import { isFairleadError } from '@fairlead/errors';
import { memoryConnector } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { beforeAll, expect, it } from 'vitest';
import { overTls } from '../../src/workerd.ts';
import { newSessionTicket } from '../hostile/server/messages.ts';
import { ScriptedServer, type Step, USUAL } from '../hostile/server/server.ts';
import { ADDRESS, makePki, type Pki } from '../hostile/trial.ts';

expectNoUnhandledRejection();

let pki: Pki;

beforeAll(async () => {
  pki = await makePki();
});

const ASKING: readonly Step[] = [...USUAL.slice(0, 3), 'certificate_request', ...USUAL.slice(3)];
const CERTIFICATE_EXPIRED = 45;

/** The server takes a request, then says that the client's certificate has expired. */
async function failure(steps: readonly Step[], before?: (server: ScriptedServer) => Promise<void>) {
  const connector = overTls(
    { ca: pki.ca },
    memoryConnector(async (raw) => {
      const read = async () => (await raw.read())?.slice();
      const server = new ScriptedServer(
        { read, write: (bytes) => raw.write(bytes) },
        { identity: pki.identity, steps },
      );
      await server.play();
      await before?.(server);
      await server.records.next();
      await server.sendAlert(2, CERTIFICATE_EXPIRED);
      raw.end();
    }),
  );
  await using transport = await connector(ADDRESS, { tls: 'implicit' });
  await transport.write(new TextEncoder().encode('DELETE'));
  try {
    for (;;) if ((await transport.read()) === undefined) throw new Error('it was no failure');
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    expect(error.alert).toBe('certificate_expired');
    return error;
  }
}

it('it is safe where the server has still to judge the certificate that it asked for', async () => {
  expect((await failure(ASKING)).safeToRetry).toBe(true);
});

it('it is not where the server asked for none: it may have acted', async () => {
  expect((await failure(USUAL)).safeToRetry).toBe(false);
});

it('it is not behind a ticket or data: the handshake is over', async () => {
  const ticket = newSessionTicket(new Uint8Array(32));
  expect((await failure(ASKING, (server) => server.send(ticket))).safeToRetry).toBe(false);
  expect((await failure(ASKING, (server) => server.sendData(Uint8Array.of(1)))).safeToRetry).toBe(false);
});
