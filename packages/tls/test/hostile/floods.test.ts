// Servers that send without end, and what a client takes of it: bounded counts, bounded memory, and an error.
import type { MemoryServer } from '@fairlead/testkit';
import { memoryConnector } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { beforeAll, expect, it } from 'vitest';
import { overTls } from '../../src/workerd.ts';
import { handshakeMessage } from './server/encoder.ts';
import { newSessionTicket } from './server/messages.ts';
import { ScriptedServer } from './server/server.ts';
import { ADDRESS, attempt, echo, expectRefused, inTime, makePki, type Outcome, type Pki } from './trial.ts';

expectNoUnhandledRejection();

let pki: Pki;

beforeAll(async () => {
  pki = await makePki();
});

/** What the server does behind the handshake, before it answers. It may fail: the client leaves. */
function behind(act: (server: ScriptedServer, raw: MemoryServer) => Promise<void>): Promise<Outcome> {
  const after = async (server: ScriptedServer, raw: MemoryServer): Promise<void> => {
    try {
      await act(server, raw);
      await echo(server);
    } catch {
      // The client has left.
    }
    raw.end();
  };
  return attempt({ script: { identity: pki.identity }, after }, pki.ca);
}

async function times(count: number, act: () => Promise<void>): Promise<void> {
  for (let i = 0; i < count; i++) await act();
}

it('takes some empty records, key updates and tickets', async () => {
  expect((await behind((server) => times(32, () => server.sendData(new Uint8Array(0))))).kind).toBe(
    'success',
  );
  expect((await behind((server) => times(16, () => server.updateKeys(true)))).kind).toBe('success');
  const ticket = newSessionTicket(new Uint8Array(200));
  expect((await behind((server) => times(8, () => server.send(ticket)))).kind).toBe('success');
});

it('refuses empty records without end', async () => {
  expectRefused(
    await behind((server) => times(2_000, () => server.sendData(new Uint8Array(0)))),
    'empty records',
  );
});

it('refuses key updates without end, with and without an answer', async () => {
  for (const isAnswerWanted of [true, false]) {
    expectRefused(
      await behind((server) => times(500, () => server.updateKeys(isAnswerWanted))),
      'key updates',
    );
  }
});

it('refuses tickets without end, and tickets that are too long', async () => {
  const ticket = newSessionTicket(new Uint8Array(30_000));
  expectRefused(await behind((server) => times(500, () => server.send(ticket))), 'tickets');
  const long = handshakeMessage(4, (body) => body.raw(new Uint8Array(70_000)));
  expectRefused(await behind((server) => server.send(long)), 'a ticket of 70,000 bytes');
});

it('refuses warnings without end', async () => {
  expectRefused(await behind((server) => times(100, () => server.sendAlert(1, 90))), 'warnings');
});

it('refuses a message of 16 MB before it comes', async () => {
  const header = { bytes: Uint8Array.of(4, 0xff, 0xff, 0xff, 0), lengths: [] };
  expectRefused(await behind((server) => server.send(header)), 'announced behind the handshake');
  const step = { record: 22, content: Uint8Array.of(11, 0xff, 0xff, 0xff, 0), plain: false };
  const script = {
    identity: pki.identity,
    steps: ['server_hello' as const, 'encrypted_extensions' as const, step],
  };
  expectRefused(await attempt({ script }, pki.ca), 'announced in the handshake');
});

it('refuses records that are longer than any may be', async () => {
  const record = (length: number) => Uint8Array.of(23, 3, 3, length >> 8, length & 0xff);
  for (const length of [16_384 + 257, 0xffff]) {
    const outcome = await behind((_, raw) => raw.write(record(length)));
    expectRefused(outcome, `a record of ${length} bytes`);
  }
  const script = { identity: pki.identity };
  const wire = (_: Uint8Array, raw: MemoryServer) => raw.write(Uint8Array.of(22, 3, 3, 0x40, 1));
  expectRefused(await attempt({ script, wire }, pki.ca), 'a record in the clear');
});

it('refuses application data with more content than a record may carry', async () => {
  const outcome = await behind(async (server, raw) => {
    raw.write(await server.records.encode(23, new Uint8Array(16_385), 20_000)).catch(() => undefined);
  });
  expectRefused(outcome, '16,385 bytes');
});

it('answers key updates only as often as it must', async () => {
  let answers = 0;
  const after = async (server: ScriptedServer, raw: MemoryServer): Promise<void> => {
    await times(20, () => server.updateKeys(true));
    for (
      let record = await server.records.next();
      record !== undefined;
      record = await server.records.next()
    ) {
      if (record.type === 22) {
        answers++;
        server.records.reading = await server.records.reading?.updated();
      } else if (record.type === 23) {
        await server.sendData(record.content);
      } else if (record.type === 21) {
        break;
      }
    }
    raw.end();
  };
  expect((await attempt({ script: { identity: pki.identity }, after }, pki.ca)).kind).toBe('success');
  expect(answers).toBeLessThanOrEqual(2);
});

/** What a reader that does not read lets a server send. */
it('holds a bounded part of what nobody reads', async () => {
  let sent = 0;
  const connect = overTls(
    { ca: pki.ca },
    memoryConnector(async (raw) => {
      const stream = {
        read: async () => (await raw.read())?.slice(),
        write: (bytes: Uint8Array) => raw.write(bytes),
      };
      const server = new ScriptedServer(stream, { identity: pki.identity });
      await server.play();
      try {
        for (; sent < 64 << 20; sent += 16_384) await server.sendData(new Uint8Array(16_384));
      } catch {
        // The client has left.
      }
    }),
  );
  const transport = await inTime(connect(ADDRESS, { tls: 'implicit' }));
  await transport.read(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  // The pipe in between holds 256 KiB of it.
  expect(sent).toBeLessThan(1 << 20);
  await inTime(transport.close());
});
