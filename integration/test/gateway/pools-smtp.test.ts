// Mails over connections that a Durable Object keeps, by the built Worker to Postfix, OpenSMTPD and Exim: each arrives once, nothing
// of one is in another, and the server never sees more connections than it may.

import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { faultProxyControl } from '@fairlead/testkit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newBox, received, receivedText } from '../modules/mailbox.ts';
import { type Gateway, type Json, startGateway } from './support.ts';

const { postfix, opensmtpd, exim, proxies } = inject('servers');
const login = 'app:app-password';
const from = 'app@mail.test';

/** Passes bytes on to a server, and counts its connections. */
interface Relay {
  readonly port: number;
  open: number;
  most: number;
  /** All that were ever opened. */
  total: number;
  /** Ends what is open, and whatever comes within this time. */
  cut(forMs: number): void;
  close(): void;
}

async function startRelay(target: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  let cutUntil = 0;
  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (Date.now() < cutUntil) {
      client.resetAndDestroy();
      return;
    }
    const upstream = dial(target, '127.0.0.1');
    upstream.on('error', () => undefined);
    relay.open += 1;
    relay.total += 1;
    relay.most = Math.max(relay.most, relay.open);
    sockets.add(client).add(upstream);
    client.once('close', () => {
      relay.open -= 1;
      upstream.destroy();
      sockets.delete(client);
    });
    upstream.once('close', () => {
      client.destroy();
      sockets.delete(upstream);
    });
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const relay: Relay = {
    port: (server.address() as AddressInfo).port,
    open: 0,
    most: 0,
    total: 0,
    cut(forMs) {
      cutUntil = Date.now() + forMs;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return relay;
}

const SERVERS = {
  postfix: { port: postfix.port, scheme: 'smtp', mailboxUrl: postfix.mailboxUrl },
  postfixTls: { port: postfix.tlsPort, scheme: 'smtps', mailboxUrl: postfix.mailboxUrl },
  opensmtpd: { port: opensmtpd.port, scheme: 'smtp', mailboxUrl: opensmtpd.mailboxUrl },
  exim: { port: exim.tlsPort, scheme: 'smtps', mailboxUrl: exim.mailboxUrl },
};
type Name = keyof typeof SERVERS;
const NAMES = Object.keys(SERVERS) as Name[];

let relays: Record<Name, Relay>;
let gateway: Gateway;
beforeAll(async () => {
  relays = Object.fromEntries(
    await Promise.all(NAMES.map(async (name) => [name, await startRelay(SERVERS[name].port)] as const)),
  ) as Record<Name, Relay>;
  const pooled = NAMES.map((name) => {
    const url = `${SERVERS[name].scheme}://${login}@localhost:${relays[name].port}`;
    return [name, { url, pool: { max: 4, waitMs: 50_000 } }] as const;
  });
  const far = {
    url: `smtp://${login}@localhost:${proxies.smtp.port}`,
    tls: false,
    authWithoutTls: 'cleartext',
    mechanisms: ['PLAIN'],
  };
  gateway = await startGateway({
    connections: {
      ...Object.fromEntries(pooled),
      far: { ...far, pool: false },
      farPooled: { ...far, pool: { max: 1 } },
      wrong: { url: `smtp://app:wrong-password@localhost:${postfix.port}`, pool: {} },
    },
    limits: { maxStreamBytes: 30_000_000 },
  });
});
afterAll(async () => {
  await gateway.close();
  for (const relay of Object.values(relays)) relay.close();
});

async function send(connection: string, to: string | readonly string[], subject: string): Promise<Sent> {
  const json = { connection, from, to, subject, text: `Ahoy\n.\n${subject}\n` };
  return gateway.ask('/smtp/send', { json, headers: { 'Fairlead-Timeout-Ms': '60000' } });
}

interface Sent {
  readonly status: number;
  readonly body: Json;
}

/** The name that the server gave a mail: it is in its reply, and in the mail. */
function idOf({ body }: Sent): string {
  return /(?:queued as |id=|2\.0\.0 (?!Ok))(\w[\w-]+)/.exec(String(body.response))?.[1] ?? 'no id';
}

/** The mail in a box is this one, and the last that came. */
async function expectArrived(name: Name, box: string, subject: string, sent: Sent): Promise<void> {
  const text = await receivedText(SERVERS[name].mailboxUrl, box);
  expect(text).toContain(`\nSubject: ${subject}\n`);
  expect(text).toContain(`\n.\n${subject}\n`);
  expect(text).toContain(idOf(sent));
}

async function isEmpty(name: Name, box: string): Promise<boolean> {
  return (await fetch(`${SERVERS[name].mailboxUrl}/${box}`)).status === 404;
}

describe.each(NAMES)('a pool of %s', (name) => {
  it('takes 200 mails at once over four connections, and each arrives as it is', async () => {
    const boxes = Array.from({ length: 200 }, () => newBox());
    const sent = await Promise.all(boxes.map((box, i) => send(name, box, `nonce ${i}`)));
    for (const [i, { status, body }] of sent.entries())
      expect([status, body.accepted], JSON.stringify(body)).toEqual([200, [boxes[i]]]);
    expect(new Set(sent.map(idOf)).size).toBe(200);
    const { most, total } = relays[name];
    expect(most).toBeLessThanOrEqual(4);
    // A hundred mails each, and then another one.
    expect(total).toBeLessThanOrEqual(8);
    for (const [i, one] of sent.entries()) await expectArrived(name, boxes[i] ?? '', `nonce ${i}`, one);
  });

  it('keeps recipients and content of refused mails out of those of others', async () => {
    const all = Array.from({ length: 40 }, async (_, i) => {
      const box = newBox();
      const to = [
        ['nobody@mail.test'],
        [box],
        [box, 'nobody@mail.test'],
        ['nobody@mail.test', 'nobody2@mail.test'],
      ];
      const sent = await send(name, to[i % 4] ?? [], `mine ${i}`);
      expect(sent.status, JSON.stringify(sent.body)).toBe(i % 4 === 1 || i % 4 === 2 ? 200 : 400);
      if (sent.status === 200) {
        expect(sent.body.accepted).toEqual([box]);
        await expectArrived(name, box, `mine ${i}`, sent);
      } else expect(sent.body).toMatchObject({ code: 'server', safeToRetry: true });
    });
    await Promise.all(all);
    expect(relays[name].most).toBeLessThanOrEqual(4);
  });

  it('delivers nothing of a mail whose caller has left in the middle', async () => {
    const box = newBox();
    const leave = new AbortController();
    const line = new TextEncoder().encode('Ahoy\r\n'.repeat(2_000));
    const head = new TextEncoder().encode(`From: <${from}>\r\nTo: <${box}>\r\nSubject: half\r\n\r\n`);
    let pieces = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        controller.enqueue(pieces++ === 0 ? head : line);
        if (pieces === 40) leave.abort();
        await delay(5);
      },
    });
    const request = gateway.fetch(`/smtp/send-raw?connection=${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'message/rfc822' },
      body,
      duplex: 'half',
      signal: leave.signal,
    } as never);
    await expect(request).rejects.toThrow();
    const next = newBox();
    await expectArrived(name, next, 'the next one', await send(name, next, 'the next one'));
    expect(await isEmpty(name, box)).toBe(true);
    expect(relays[name].most).toBeLessThanOrEqual(4);
  });

  it('comes back when the server was away, and says of each mail what may be sent again', async () => {
    const attempts: { readonly box: string; readonly sent: Sent }[] = [];
    const one = async (i: number): Promise<void> => {
      for (let attempt = 0; attempt < 20; attempt++) {
        const box = newBox();
        const sent = await send(name, box, `again ${i}`);
        attempts.push({ box, sent });
        if (sent.status === 200 || sent.body.safeToRetry !== true) return;
        await delay(200);
      }
    };
    const all = Promise.all(Array.from({ length: 60 }, (_, i) => one(i)));
    await delay(300);
    relays[name].cut(700);
    await all;
    expect(attempts.filter(({ sent }) => sent.status === 200).length).toBeGreaterThanOrEqual(56);
    for (const { box, sent } of attempts) {
      if (sent.status === 200) await received(SERVERS[name].mailboxUrl, box);
      else if (sent.body.safeToRetry === true)
        expect(await isEmpty(name, box), JSON.stringify(sent.body)).toBe(true);
    }
    const box = newBox();
    await expectArrived(name, box, 'after', await send(name, box, 'after'));
    expect(relays[name].most).toBeLessThanOrEqual(4);
  });
});

describe('a pool', () => {
  it('passes 20 MB on', async () => {
    const box = newBox();
    const line = new TextEncoder().encode(`${'x'.repeat(998)}\r\n`.repeat(100));
    const head = new TextEncoder().encode(`From: <${from}>\r\nTo: <${box}>\r\nSubject: large\r\n\r\n`);
    let pieces = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pieces++ === 200) controller.close();
        else controller.enqueue(pieces === 1 ? head : line);
      },
    });
    const headers = { 'Content-Type': 'message/rfc822' };
    const ask = { method: 'POST', headers, body, duplex: 'half' } as never;
    const { status, body: answer } = await gateway.ask('/smtp/send-raw?connection=postfix', ask);
    expect(status, JSON.stringify(answer)).toBe(200);
    const bytes = await received(postfix.mailboxUrl, box);
    expect(bytes.length).toBeGreaterThan(199 * 99_900);
  });

  it('tells a refused login as it is', async () => {
    const { status, body } = await send('wrong', newBox(), 'never');
    expect([status, body.code, body.safeToRetry]).toEqual([502, 'auth', true]);
    expect(JSON.stringify(body)).not.toContain('wrong-password');
  });

  it('saves all round trips of the login', async () => {
    const control = faultProxyControl(proxies.smtp.controlUrl);
    await control.setPlan({ toServer: { delayMs: 25 }, toClient: { delayMs: 25 } });
    const measure = async (connection: string) => {
      await send(connection, newBox(), 'warm up');
      const times: number[] = [];
      await control.clearStats();
      for (let i = 0; i < 9; i++) {
        const since = performance.now();
        expect((await send(connection, newBox(), `far ${i}`)).status).toBe(200);
        times.push(performance.now() - since);
      }
      const { roundTrips } = await control.stats();
      return { median: times.sort((a, b) => a - b)[4] ?? 0, trips: roundTrips / 9 };
    };
    const direct = await measure('far');
    const pooled = await measure('farPooled');
    await control.setPlan({});
    console.info('a mail at 50 ms a round trip', { direct, pooled });
    expect(pooled.trips).toBeLessThanOrEqual(2);
    expect(pooled.median).toBeLessThan(direct.median / 2);
  });
});
