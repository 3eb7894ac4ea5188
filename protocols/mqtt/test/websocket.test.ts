// MQTT over WebSocket (section 6): the handshake that `ws:` and `wss:` URLs make, and packets in binary messages, cut anyhow.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../src/client.ts';

/** CONNACK of MQTT 3.1.1: accepted, no session (section 3.2). */
const CONNACK = Uint8Array.of(0x20, 2, 0, 0);
const PUBACK_TYPE = 0x40;
const SUBACK_TYPE = 0x90;

interface Handshake {
  readonly url: string;
  readonly headers: Headers;
}

/** Plays a broker behind `fetch`: `reply` gets each message that came, and says what goes back. */
function brokerBehindFetch(
  protocol: string | undefined,
  reply: (bytes: Uint8Array) => Uint8Array[],
): Handshake[] {
  const seen: Handshake[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input as URL, init as RequestInit);
    seen.push({ url: request.url, headers: request.headers });
    const { 0: client, 1: server } = new WebSocketPair();
    server.binaryType = 'arraybuffer';
    server.accept();
    server.addEventListener('message', ({ data }) => {
      for (const answer of reply(new Uint8Array(data as ArrayBuffer))) server.send(answer);
    });
    const headers: Record<string, string> =
      protocol === undefined ? {} : { 'Sec-WebSocket-Protocol': protocol };
    return new Response(null, { status: 101, webSocket: client, headers });
  });
  return seen;
}

/** Accepts, acknowledges, and sends each answer byte by byte. */
function answer(bytes: Uint8Array): Uint8Array[] {
  const [first = 0] = bytes;
  const reply = {
    1: CONNACK,
    // A PUBLISH with QoS 1 to `a`: fixed header, 2 bytes of length, the topic, then the packet identifier.
    3: Uint8Array.of(PUBACK_TYPE, 2, bytes[5] ?? 0, bytes[6] ?? 0),
    8: Uint8Array.of(SUBACK_TYPE, 3, bytes[2] ?? 0, bytes[3] ?? 0, 1),
  }[first >> 4];
  return reply === undefined ? [] : Array.from(reply, (byte) => Uint8Array.of(byte));
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('MQTT over WebSocket', () => {
  it.each([
    ['ws://broker.test', 'http://broker.test/mqtt'],
    ['wss://broker.test/', 'https://broker.test/mqtt'],
    ['wss://broker.test:8084/path/of?key=1', 'https://broker.test:8084/path/of?key=1'],
  ])('dials %s as %s, with the subprotocol mqtt', async (url, dialled) => {
    const seen = brokerBehindFetch('mqtt', answer);
    await using client = await connect(url, { protocolVersion: 4 });
    expect(seen.map((one) => one.url)).toEqual([dialled]);
    expect(seen[0]?.headers.get('sec-websocket-protocol')).toBe('mqtt');
    expect(await client.publish('a', 'x', { qos: 1 })).toMatchObject({ reasonCode: 0 });
    const subscription = await client.subscribe('b', { qos: 1 });
    expect(subscription.granted).toEqual([{ filter: 'b', qos: 1 }]);
  });

  it('sends no credentials in the handshake', async () => {
    const seen = brokerBehindFetch('mqtt', answer);
    await using client = await connect('wss://app:top-secret@broker.test', { protocolVersion: 4 });
    expect(client.server.protocolVersion).toBe(4);
    expect(JSON.stringify([seen[0]?.url, ...(seen[0]?.headers ?? [])])).not.toMatch(
      /secret|app|authorization/i,
    );
  });

  it('refuses a server that speaks something else', async () => {
    brokerBehindFetch(undefined, answer);
    await expect(connect('wss://broker.test', { protocolVersion: 4 })).rejects.toMatchObject({
      code: 'protocol',
    });
  });

  it('refuses a text message', async () => {
    brokerBehindFetch('mqtt', () => ['not bytes' as unknown as Uint8Array]);
    await expect(connect('wss://broker.test', { protocolVersion: 4 })).rejects.toMatchObject({
      code: 'protocol',
    });
  });
});
