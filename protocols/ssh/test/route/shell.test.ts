// `GET /ssh/shell`: a WebSocket with a shell behind it.
import { describe, expect, it, vi } from 'vitest';
import { type Ask, ENV, send } from './harness.ts';

const decoder = new TextDecoder();

/** The caller's side. */
class Caller {
  screen = '';
  bytes = 0;
  readonly texts: unknown[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') this.texts.push(JSON.parse(data));
      else {
        this.bytes += (data as ArrayBuffer).byteLength;
        if (this.screen.length < 1000) this.screen += decoder.decode(data as ArrayBuffer);
      }
    });
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
    });
    socket.accept();
  }

  type(text: string): void {
    this.socket.send(new TextEncoder().encode(text));
  }

  say(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  shows(text: string): Promise<void> {
    return vi.waitFor(() => expect(this.screen).toContain(text), 5000);
  }
}

const ask = (path: string, { headers, ...rest }: Ask = {}) =>
  send(path, {
    ...rest,
    headers: { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': 'fairlead.shell.v1', ...headers },
  });

async function open(query = '', rest?: Ask): Promise<Caller> {
  const response = await ask(`/ssh/shell${query}`, rest);
  if (!response.webSocket) throw new Error(await response.text());
  expect(response.headers.get('Sec-WebSocket-Protocol')).toBe('fairlead.shell.v1');
  return new Caller(response.webSocket);
}

const limits = (more: object) => ({ env: { FAIRLEAD_LIMITS: { ...ENV.FAIRLEAD_LIMITS, ...more } } });

describe('a shell that does not open', () => {
  it('is told by a message where the caller wants that', async () => {
    const { closed, texts } = await open('?problems=message', { connection: 'stranger' });
    expect(await closed).toEqual({ code: 4502, reason: 'auth' });
    expect(texts).toMatchObject([{ problem: { code: 'auth', status: 502 } }]);
    const missing = await open('?problems=message', { connection: 'nothing' });
    expect((await missing.closed).code).toBe(4404);
  });

  it('is told by the status otherwise', async () => {
    const plain = await ask('/ssh/shell', { connection: 'stranger' });
    expect([plain.status, plain.webSocket]).toEqual([502, null]);
    const stranger = await ask('/ssh/shell?problems=message', {
      connection: 'stranger',
      headers: { 'Sec-WebSocket-Protocol': '' },
    });
    expect(stranger.webSocket).toBeNull();
  });
});

describe('a shell', () => {
  it('carries bytes both ways, learns the terminal’s size, and tells its exit', async () => {
    const caller = await open('?columns=100&rows=30&term=xterm');
    await caller.shows('hello 100x30\n');
    caller.type('grüße\n');
    await caller.shows('grüße\n');
    caller.say({ resize: { columns: 120, rows: 40 } });
    await caller.shows('size 120x40\n');
    caller.type('exit 7\n');
    expect(await caller.closed).toMatchObject({
      code: 1000,
      reason: expect.stringMatching(/^done up=15 down=\d+$/),
    });
    expect(caller.texts).toEqual([{ exit: { code: 7 } }]);
  });

  it('ends with the connection behind it', async () => {
    const caller = await open();
    await caller.shows('hello 80x24');
    caller.socket.close(1000, 'bye');
    await caller.closed;
  });

  it('waits for a caller that confirms what it has received', async () => {
    const caller = await open();
    await caller.shows('hello');
    caller.say({ received: 0 });
    caller.type('flood');
    await vi.waitFor(() => expect(caller.bytes).toBeGreaterThan(1_000_000), 10_000);
    const held = caller.bytes;
    await scheduler.wait(300);
    expect(caller.bytes).toBe(held);
    caller.say({ received: caller.bytes });
    await vi.waitFor(() => expect(caller.bytes).toBeGreaterThan(held), 10_000);
    caller.socket.close();
  });

  it.each([
    ['no JSON', 'resize', 1002],
    ['another message', '{"signal":"TERM"}', 1002],
    ['a size of nothing', '{"resize":{"columns":0,"rows":1}}', 1002],
    ['more confirmed than sent', '{"received":99999}', 1002],
    ['a message that is too big', new Uint8Array(100_001), 1009],
  ])('ends at %s', async (_what, message, code) => {
    const caller = await open();
    caller.socket.send(message);
    expect((await caller.closed).code).toBe(code);
  });

  it('ends when a caller that confirms nothing is too far behind', async () => {
    const caller = await open('', limits({ maxTunnelAheadBytes: 300_000 }));
    caller.type('flood');
    expect(await caller.closed).toMatchObject({ code: 4413, reason: expect.stringMatching(/^limit /) });
  });

  it('ends when it is idle, or its time is up', async () => {
    const idle = await open('', limits({ maxTunnelIdleMs: 300 }));
    expect(await idle.closed).toMatchObject({ code: 4504, reason: expect.stringMatching(/^idle /) });
    const old = await open('?seconds=1');
    expect(await old.closed).toMatchObject({ code: 4504, reason: expect.stringMatching(/^timeout /) });
  });
});

describe('before the upgrade', () => {
  it.each([
    ['no WebSocket', '', { headers: { Upgrade: 'no' } }, 426, 'upgrade_required'],
    ['a token without the scope', '', { token: 'exec' }, 403, 'forbidden'],
    ['another subprotocol', '', { headers: { 'Sec-WebSocket-Protocol': 'ssh' } }, 400, 'invalid'],
    ['a page of another origin', '', { headers: { Origin: 'https://evil.example' } }, 403, 'forbidden'],
    ['a terminal of no size', '?columns=0', {}, 400, 'invalid'],
    ['more time than the limit', '?seconds=9999999', {}, 400, 'invalid'],
    ['a host key that is not the known one', '', { connection: 'stranger' }, 502, 'auth'],
  ] as const)('%s is refused', async (_what, query, rest: Ask, status, code) => {
    const response = await ask(`/ssh/shell${query}`, rest);
    expect([response.status, JSON.parse(await response.text()).code]).toEqual([status, code]);
  });
});
