// The link over memory: key exchange, payloads both ways, rekey by either side.
import { limitOf } from '@fairlead/client';
import { memoryConnector } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import { type LinkOptions, openLink } from '../src/connection/open-link.ts';
import { anyHostKey, testHostKey } from './support/host-key.ts';
import { endOf, serverWith } from './support/hostile-server.ts';
import { linkPair, ServerLink, type ServerLinkOptions } from './support/server-link.ts';

expectNoUnhandledRejection();

const text = (payload: Uint8Array | undefined): string => new TextDecoder().decode(payload?.subarray(1));
const payload = (content: string): Uint8Array => new TextEncoder().encode(`\x5e${content}`);

describe('a link', () => {
  it('agrees on keys and carries payloads both ways', async () => {
    const pair = await livePair();
    const { link, server } = pair;
    expect(link.software).toBe('Test_1.0');
    expect(link.algorithms).toMatchObject({
      keyExchange: 'curve25519-sha256',
      hostKey: 'ssh-ed25519',
      cipherToServer: 'aes256-gcm@openssh.com',
      macToServer: undefined,
    });
    expect(link.sessionId).toEqual(server.sessionId);
    await exchangeLetters(pair);
    expect(link.signatureAlgorithms).toEqual(['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256']);
    link.destroy(new Error('the test has ended'));
  });

  it('leaves in one write: identification and KEXINIT; NEWKEYS, service and login', async () => {
    const writes: number[] = [];
    const connector = memoryConnector(
      async (server) => {
        await ServerLink.open(server);
      },
      { onPlatformWrite: (bytes) => void writes.push(bytes) },
    );
    const transport = await connector({ hostname: 'ssh.test', port: 22 });
    const link = await openLink(transport, { hostKeys: anyHostKey(), limit: limitOf({ timeoutMs: 5_000 }) });
    // A signature takes some turns of microtasks.
    await crypto.subtle.digest('SHA-256', new Uint8Array(9));
    void link.send(payload('service'));
    await link.send(payload('login'));
    expect(writes).toHaveLength(3);
    link.destroy(new Error('the test has ended'));
  });

  it('offers the signals in its first KEXINIT only', async () => {
    const pair = await livePair();
    const { server } = pair;
    expect(server.clientInit?.keyExchanges.slice(-2)).toEqual(['ext-info-c', 'kex-strict-c-v00@openssh.com']);
    server.rekey();
    await exchangeLetters(pair);
    expect(server.clientInit?.keyExchanges.at(-1)).toBe('ecdh-sha2-nistp384');
  });

  it('answers what is not known with its sequence number', async () => {
    const [link, server] = await linkPair();
    void server.send(payload('first'));
    await link.receive();
    void link.sendUnimplemented();
    // EXT_INFO was number 0 behind the strict NEWKEYS.
    expect(await server.receive()).toEqual(Uint8Array.of(3, 0, 0, 0, 1));
  });
});

describe.each([true, false])('new keys, strict: %s', (strict) => {
  it('by the server, in the middle of data both ways, with the session id of the first exchange', async () => {
    const hostKeys = anyHostKey();
    const pair = await livePair({ strict }, { hostKeys });
    const { link, server } = pair;
    const { sessionId } = link;
    for (let round = 1; round <= 3; round++) {
      void link.send(payload('on its way'));
      server.rekey();
      void server.send(payload('held by the server'));
      expect(await pair.atServer.next()).toBe('on its way');
      expect(await pair.atClient.next()).toBe('held by the server');
      await exchangeLetters(pair);
      expect(server.exchanges).toBe(1 + round);
    }
    expect(link.sessionId).toBe(sessionId);
    expect(hostKeys.seen).toHaveLength(4);
  });

  it('by the client: what is on its way is taken, what comes meanwhile is held', async () => {
    const { link, server, atClient, atServer } = await livePair({ strict }, { rekeyAfterBytes: 10_000 });
    for (let n = 0; n < 40; n++) {
      void server.send(payload(`server ${n} ${'x'.repeat(1_000)}`));
      void link.send(payload(`client ${n} ${'x'.repeat(1_000)}`));
    }
    for (let n = 0; n < 40; n++) {
      expect(await atServer.next()).toContain(`client ${n} `);
      expect(await atClient.next()).toContain(`server ${n} `);
    }
    void link.send(payload('last'));
    await atServer.next();
    expect(server.exchanges).toBeGreaterThan(1);
  });

  it('of another host key ends the link', async () => {
    const other = await testHostKey();
    const keyOf = (exchange: number) => (exchange === 1 ? other : undefined);
    const end = await endOf(serverWith({ strict, keyOf }, (server) => server.rekey()));
    expect(end).toMatchObject({ code: 'auth', blame: 'peer', message: expect.stringContaining('another') });
  });
});

it('new keys without end are refused', async () => {
  const serve = serverWith({}, async (server) => {
    for (let round = 1; round < 100; round++) {
      server.rekey();
      while (server.exchanges <= round) await server.step();
    }
  });
  expect(await endOf(serve)).toMatchObject({
    code: 'protocol',
    message: expect.stringContaining('without end'),
  });
});

it('what is held in a key exchange has a cap', async () => {
  const [link, server] = await linkPair({}, { rekeyAfterBytes: 1_000 });
  void server.send(payload('first'));
  await link.receive();
  void link.send(payload('x'.repeat(1_000)));
  const large = new Uint8Array(1 << 20);
  const sent = Array.from({ length: 17 }, () => link.send(large));
  await expect(sent.at(-1)).rejects.toMatchObject({ code: 'limit' });
  link.destroy(new Error('the test has ended'));
  await expect(sent[0]).rejects.toThrow('the test has ended');
});

/** All that one side receives, read without a pause: key exchanges go on by it. */
class Received {
  readonly #payloads: string[] = [];
  #more: (() => void) | undefined;

  constructor(side: { receive(): Promise<Uint8Array | undefined> }) {
    this.#pump(side).catch(() => undefined);
  }

  /** The next text. */
  async next(): Promise<string> {
    for (;;) {
      const next = this.#payloads.shift();
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => {
        this.#more = resolve;
      });
    }
  }

  async #pump(side: { receive(): Promise<Uint8Array | undefined> }): Promise<void> {
    for (let got = await side.receive(); got !== undefined; got = await side.receive()) {
      this.#payloads.push(text(got));
      this.#more?.();
    }
  }
}

/** Both sides of a link, with what they receive. */
async function livePair(server: ServerLinkOptions = {}, client: Partial<LinkOptions> = {}) {
  const [link, far] = await linkPair(server, client);
  return { link, server: far, atClient: new Received(link), atServer: new Received(far) };
}

async function exchangeLetters({ link, server, atClient, atServer }: Awaited<ReturnType<typeof livePair>>) {
  const words = ['one', 'two', 'three'];
  for (const word of words) {
    void link.send(payload(word));
    void server.send(payload(word.toUpperCase()));
  }
  for (const word of words) {
    expect(await atServer.next()).toBe(word);
    expect(await atClient.next()).toBe(word.toUpperCase());
  }
}
