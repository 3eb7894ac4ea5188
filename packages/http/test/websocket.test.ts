// WebSocket answers: the handshake with its token and origin, events out, commands in, how each end is told.
import { FairleadError } from '@fairlead/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AckWindow, type Dialogue } from '../src/index.ts';
import { ENV, type Script, sampleApp, TOKEN } from './sample.ts';

const SOCKET = { Upgrade: 'websocket', Authorization: `Bearer ${TOKEN}` };
const ORIGINS = { ...ENV, FAIRLEAD_CORS: JSON.stringify(['https://app.example']) };

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

function base64url(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function shake(
  script: Script,
  headers: Record<string, string> = SOCKET,
  env: object = ENV,
  path = '/demo/socket',
) {
  return sampleApp(script).request(path, { headers }, env);
}

interface Caller {
  readonly socket: WebSocket;
  readonly messages: unknown[];
  /** Resolves with code and reason when the gateway has closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
}

async function call(script: Script, headers?: Record<string, string>, env?: object): Promise<Caller> {
  const response = await shake(script, headers, env);
  const socket = response.webSocket;
  if (!socket) throw new Error(`no WebSocket: ${response.status} ${await response.text()}`);
  const messages: unknown[] = [];
  socket.addEventListener('message', ({ data }) => {
    messages.push(JSON.parse(String(data)));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  socket.accept();
  return { socket, messages, closed };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail);
  });
}

/** Echoes commands; says what it is told to. */
function dialogue(events: (signal: AbortSignal) => AsyncIterable<string>, command?: Dialogue['command']) {
  return (signal: AbortSignal): Dialogue => ({
    events: events(signal),
    command: command ?? (async (value) => JSON.stringify({ echo: value })),
  });
}

async function* forever(signal: AbortSignal): AsyncGenerator<string> {
  yield '{"event":"hello"}';
  await untilAborted(signal);
}

describe('the handshake', () => {
  it('upgrades with a token in the header', async () => {
    const script: Script = { log: [], dialogue: dialogue(forever) };
    const response = await shake(script);
    expect(response.status).toBe(101);
    expect(response.headers.get('sec-websocket-protocol')).toBeNull();
    expect(response.headers.get('fairlead-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    response.webSocket?.accept();
    response.webSocket?.close(1000);
    await expect.poll(() => script.log).toEqual(['open', 'close']);
  });

  it('upgrades with a token as a subprotocol, and answers with the other one', async () => {
    const script: Script = { log: [], dialogue: dialogue(forever) };
    const headers = {
      Upgrade: 'WebSocket',
      'Sec-WebSocket-Protocol': `fairlead, fairlead.bearer.${base64url(TOKEN)}`,
    };
    const response = await shake(script, headers);
    expect(response.status).toBe(101);
    expect(response.headers.get('sec-websocket-protocol')).toBe('fairlead');
    expect(JSON.stringify([...response.headers])).not.toContain(base64url(TOKEN));
    response.webSocket?.accept();
    response.webSocket?.close(1000);
    await expect.poll(() => script.log).toEqual(['open', 'close']);
  });

  it.each([
    ['no token', { Upgrade: 'websocket' }, 401, 'unauthorized', /Authorization is missing/],
    [
      'a subprotocol with a token that is not known',
      { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': `fairlead, fairlead.bearer.${base64url('other')}` },
      401,
      'unauthorized',
      /not known/,
    ],
    [
      'a subprotocol with a token that is not base64url',
      { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': 'fairlead, fairlead.bearer.a+b=' },
      401,
      'unauthorized',
      /not base64url/,
    ],
    [
      'a subprotocol with bytes that no token has',
      { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': `fairlead, fairlead.bearer.${base64url('a\r\nb')}` },
      401,
      'unauthorized',
      /not of the form/,
    ],
    [
      'a token in both places',
      { ...SOCKET, 'Sec-WebSocket-Protocol': `fairlead, fairlead.bearer.${base64url(TOKEN)}` },
      400,
      'invalid',
      /two tokens/,
    ],
    [
      'the token as the only subprotocol',
      { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': `fairlead.bearer.${base64url(TOKEN)}` },
      400,
      'invalid',
      /Offer the subprotocol "fairlead"/,
    ],
    [
      'another subprotocol',
      { ...SOCKET, 'Sec-WebSocket-Protocol': 'mqtt' },
      400,
      'invalid',
      /only subprotocol/,
    ],
    [
      'a page of another origin',
      { ...SOCKET, Origin: 'https://evil.example' },
      403,
      'forbidden',
      /FAIRLEAD_CORS/,
    ],
    [
      'a page of another port',
      { ...SOCKET, Origin: 'https://localhost:8443' },
      403,
      'forbidden',
      /FAIRLEAD_CORS/,
    ],
    ['a page without an origin', { ...SOCKET, Origin: 'null' }, 403, 'forbidden', /FAIRLEAD_CORS/],
  ])('refuses %s', async (_, headers, status, code, words) => {
    const script: Script = { log: [] };
    const response = await shake(script, headers as Record<string, string>, ORIGINS);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, detail: expect.stringMatching(words) });
    expect(script.log).toEqual([]);
  });

  it('looks for no token in the URL, nor in a subprotocol without an upgrade', async () => {
    const script: Script = { log: [] };
    const path = `/demo/socket?token=${TOKEN}&access_token=${TOKEN}`;
    expect((await shake(script, { Upgrade: 'websocket' }, ENV, path)).status).toBe(401);
    const headers = { 'Sec-WebSocket-Protocol': `fairlead, fairlead.bearer.${base64url(TOKEN)}` };
    expect((await shake(script, headers)).status).toBe(401);
  });

  it.each(['https://app.example', 'http://localhost', 'https://localhost'])(
    'lets in pages of %s',
    async (origin) => {
      const script: Script = { log: [], dialogue: dialogue(forever) };
      const { socket } = await call(script, { ...SOCKET, Origin: origin }, ORIGINS);
      socket.close(1000);
      await expect.poll(() => script.log).toEqual(['open', 'close']);
    },
  );

  it('that fails before the upgrade is a problem with a status', async () => {
    const script: Script = {
      log: [],
      dialogue: () => {
        throw new FairleadError('server', 'refused by db.internal.example', {
          server: { code: 'BUSY', message: 'x' },
        });
      },
    };
    const response = await shake(script);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'server', detail: 'refused by connection "main"' });
    expect(script.log).toEqual(['open', 'close']);
  });
});

describe('an open socket', () => {
  it('carries events and closes with 1000 behind the last', async () => {
    async function* two() {
      yield '{"n":1}';
      yield '{"n":2}';
    }
    const script: Script = { log: [], dialogue: dialogue(two) };
    const { messages, closed } = await call(script);
    expect(await closed).toEqual({ code: 1000, reason: '' });
    expect(messages).toEqual([{ n: 1 }, { n: 2 }]);
    expect(script.log).toEqual(['open', 'close']);
  });

  it('answers commands', async () => {
    const script: Script = { log: [], dialogue: dialogue(forever) };
    const { socket, messages } = await call(script);
    socket.send('{"a":[1]}');
    socket.send('"b"');
    await expect.poll(() => messages).toEqual([{ event: 'hello' }, { echo: { a: [1] } }, { echo: 'b' }]);
    socket.close(1000);
  });

  it('tells what is wrong with a command, and goes on', async () => {
    const command = async (value: unknown) => {
      if (value === 'bad') throw new FairleadError('usage', 'db.internal.example does not like that');
      if (value === 'worse') throw new Error('a secret of the gateway');
      return undefined;
    };
    const script: Script = { log: [], dialogue: dialogue(forever, command) };
    const { socket, messages } = await call(script);
    for (const text of ['"bad"', '"worse"', '"fine"', '{', '['.repeat(100)]) socket.send(text);
    await expect.poll(() => messages).toHaveLength(5);
    const problems = messages.slice(1).map((message) => (message as { problem: { code: string } }).problem);
    expect(problems.map(({ code }) => code).sort()).toEqual(['internal', 'invalid', 'limit', 'usage']);
    expect(JSON.stringify(messages)).not.toMatch(/secret|internal\.example/);
    socket.send('"fine"');
    socket.close(1000);
    await expect.poll(() => script.log).toEqual(['open', 'close']);
  });

  it.each([
    ['a binary message', (socket: WebSocket) => socket.send(new Uint8Array(3)), 1003],
    ['a command that is too large', (socket: WebSocket) => socket.send(`"${'x'.repeat(70_000)}"`), 1009],
    [
      'too many commands at once',
      (socket: WebSocket) => {
        for (let i = 0; i < 101; i++) socket.send('1');
      },
      1008,
    ],
  ])('ends with its own code for %s', async (_, act, code) => {
    const script: Script = { log: [], dialogue: dialogue(forever, () => new Promise(() => {})) };
    const { socket, closed } = await call(script, SOCKET, {
      ...ENV,
      FAIRLEAD_LIMITS: JSON.stringify({ maxBodyBytes: 65_536 }),
    });
    act(socket);
    expect((await closed).code).toBe(code);
    await expect.poll(() => script.log).toEqual(['open', 'close']);
  });

  it('that fails says so, and closes with 4000 + the status', async () => {
    async function* failing() {
      yield '{"n":1}';
      throw new FairleadError('connection_lost', 'db.internal.example:7000 hung up');
    }
    const script: Script = { log: [], dialogue: dialogue(failing) };
    const { messages, closed } = await call(script);
    expect(await closed).toEqual({ code: 4502, reason: 'connection_lost' });
    expect(messages).toEqual([
      { n: 1 },
      {
        event: 'error',
        problem: expect.objectContaining({ code: 'connection_lost', detail: 'connection "main" hung up' }),
      },
    ]);
    expect(script.log).toEqual(['open', 'close']);
  });

  it('that lives too long ends with a timeout', async () => {
    const script: Script = { log: [], dialogue: dialogue(forever) };
    const { messages, closed } = await call(script, { ...SOCKET, 'Fairlead-Timeout-Ms': '60' });
    expect(await closed).toEqual({ code: 4504, reason: 'timeout' });
    expect(messages.at(-1)).toMatchObject({ event: 'error', problem: { code: 'timeout' } });
    expect(script.log).toEqual(['open', 'close']);
  });

  it('closes the client when the caller leaves', async () => {
    const reasons: unknown[] = [];
    async function* waiting(signal: AbortSignal): AsyncGenerator<string> {
      yield '{"event":"hello"}';
      await untilAborted(signal).catch((reason) => reasons.push(reason.code));
    }
    const script: Script = { log: [], dialogue: dialogue(waiting) };
    const { socket, messages } = await call(script);
    await expect.poll(() => messages).toHaveLength(1);
    socket.close(1001, 'bye');
    await expect.poll(() => script.log).toEqual(['open', 'close']);
    expect(reasons).toEqual(['aborted']);
  });
});

describe('AckWindow', () => {
  it('lets as many through as its size, and more for each that is confirmed', async () => {
    const window = new AckWindow(2);
    const { signal } = new AbortController();
    await window.room(signal);
    expect([window.next(), window.next()]).toEqual([1, 2]);
    expect(window.full).toBe(true);
    let through = false;
    const waiting = window.room(signal).then(() => {
      through = true;
    });
    await Promise.resolve();
    expect(through).toBe(false);
    window.confirm(1);
    await waiting;
    expect(window.next()).toBe(3);
    window.confirm(3);
    window.confirm(2);
    expect(window.full).toBe(false);
  });

  it('ends its wait when the signal fires', async () => {
    const window = new AckWindow(1);
    window.next();
    const controller = new AbortController();
    const waiting = window.room(controller.signal);
    controller.abort(new FairleadError('aborted', 'gone'));
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    await expect(window.room(controller.signal)).rejects.toMatchObject({ code: 'aborted' });
  });

  it.each([0, 2, -1, 1.5, Number.NaN])('refuses to confirm %d when one was sent', (id) => {
    const window = new AckWindow(4);
    window.next();
    expect(() => window.confirm(id)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
