// POST /irc/send and the WebSocket GET /irc/session of the built Worker, against Ergo and InspIRCd.
import { connect } from '@fairlead/irc';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newNick, nextEvent } from '../modules/irc.ts';
import { DEAD_PORT, type Gateway, type Json, startGateway } from './support.ts';

const { ergo, inspircd } = inject('servers');
const quick = { flood: { intervalMs: 0 } };
const login = { username: 'app', password: 'app-password' };
const bot = newNick();

const connections = {
  ergo: { url: `ircs://${bot}@localhost:${ergo.tlsPort}`, ...login, ...quick },
  inspircd: { url: `irc://${newNick()}@localhost:${inspircd.plainPort}`, tls: 'starttls', ...quick },
  ircPlain: { url: `irc://${newNick()}@localhost:${ergo.plainPort}`, ...quick },
  ircWrongPassword: {
    url: `ircs://${newNick()}@localhost:${ergo.tlsPort}`,
    ...login,
    password: 'wrong-password',
  },
  ircUntrusted: { url: `ircs://${newNick()}@localhost:${ergo.refusedPorts.untrusted}` },
  ircDead: { url: `ircs://${newNick()}@localhost:${DEAD_PORT}` },
};

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ connections });
});
afterAll(() => gateway.close());

/** Somebody at the other end, in Node. */
function listener(connection: 'ergo' | 'inspircd', channel: string) {
  const port = connection === 'ergo' ? ergo.tlsPort : inspircd.tlsPort;
  return connect({ hostname: 'localhost', port, nick: newNick(), channels: [channel], ...quick });
}

// InspIRCd lets clients in once a second: all tests wait at the same time.
describe.concurrent('send', () => {
  it.each(['ergo', 'inspircd'] as const)('joins, says, and parts: %s', async (connection) => {
    const channel = `#${newNick()}`;
    await using ear = await listener(connection, channel);
    const long = '横浜⚓'.repeat(100);
    const messages = [
      'Ahoy from Göteborg',
      { text: 'waves', kind: 'action' },
      { text: 'psst', kind: 'notice' },
      long,
    ];
    const { status, body } = await gateway.ask('/irc/send', {
      json: { connection, target: channel, messages, part: 'Bye' },
    });
    expect(status).toBe(200);
    const results = body.results as { sent: { text: string; id: string; time: number }[] }[];
    const sent = results.flatMap((one) => one.sent);
    expect(sent.slice(0, 3).map(({ text }) => text)).toEqual(['Ahoy from Göteborg', 'waves', 'psst']);
    expect(
      sent
        .slice(3)
        .map(({ text }) => text)
        .join(''),
    ).toBe(long);
    expect(body).toMatchObject({ target: channel, server: { network: 'FairleadNet' } });
    expect(body.account).toBe(connection === 'ergo' ? 'app' : undefined);

    const first = await nextEvent(ear, 'message');
    expect(first).toMatchObject({ text: 'Ahoy from Göteborg', from: { nick: body.nick } });
    expect(first.message.tags.msgid).toBe(sent[0]?.id);
    expect(await nextEvent(ear, 'message')).toMatchObject({ text: 'waves', kind: 'action' });
    expect(await nextEvent(ear, 'message')).toMatchObject({ text: 'psst', kind: 'notice' });
    expect((await nextEvent(ear, 'part')).reason.replaceAll('"', '')).toBe('Bye');
  });

  it('to a nick', async () => {
    await using ear = await listener('ergo', `#${newNick()}`);
    const json = { connection: 'ergo', target: ear.nick, messages: ['psst'] };
    expect((await gateway.ask('/irc/send', { json })).status).toBe(200);
    expect(await nextEvent(ear, 'message')).toMatchObject({ text: 'psst', target: ear.nick });
  });

  it.each([
    ['words for nobody', { target: 'nobody-here' }, 404, 'server', '401'],
    ['a channel that asks for a key', { target: 'locked' }, 403, 'server', '475'],
    ['a text with a line end', { messages: ['a\r\nQUIT'] }, 400, 'usage', undefined],
    ['a channel with a space', { target: '#a b' }, 400, 'usage', undefined],
    ['no message', { messages: [] }, 400, 'invalid', undefined],
    ['a wrong password', { connection: 'ircWrongPassword' }, 502, 'auth', undefined],
    ['an untrusted certificate', { connection: 'ircUntrusted' }, 502, 'tls_failed', undefined],
    ['nobody listening', { connection: 'ircDead' }, 502, 'connect_failed', undefined],
    ['an unknown connection', { connection: 'nowhere' }, 404, 'not_found', undefined],
  ])('%s is refused', async (_name, wrong, status, code, numeric) => {
    const channel = `#${newNick()}`;
    await using guard = await listener('ergo', channel);
    await guard.request('MODE', [channel, '+k', 'secret']);
    const asked = { connection: 'ergo', target: channel, messages: ['Ahoy'], ...wrong };
    const json = asked.target === 'locked' ? { ...asked, target: channel } : asked;
    const response = await gateway.fetch('/irc/send', { json });
    const text = await response.text();
    const problem = JSON.parse(text) as Json & { server?: Json };
    expect([response.status, problem.code, problem.server?.code]).toEqual([status, code, numeric]);
    expect(text).not.toMatch(/wrong-password|app-password/);
  });

  it('a token without the scope', async () => {
    const json = { connection: 'ergo', target: '#a', messages: ['Ahoy'] };
    expect((await gateway.ask('/irc/send', { json, token: 'token-reader' })).status).toBe(403);
    expect((await gateway.ask('/irc/send', { json, token: null })).status).toBe(401);
  });
});

/** A session's WebSocket: commands in, events out, each taken once, in any order. */
class Session {
  readonly #socket: WebSocket;
  readonly #events: Json[] = [];
  #wake: () => void = () => {};
  #closed = false;

  constructor(path: string, token = 'token-all') {
    const url = new URL(path, gateway.url);
    url.protocol = 'ws:';
    const encoded = Buffer.from(token).toString('base64url');
    this.#socket = new WebSocket(url.href, ['fairlead', `fairlead.bearer.${encoded}`]);
    this.#socket.addEventListener('message', ({ data }) => {
      this.#events.push(JSON.parse(String(data)) as Json);
      this.#wake();
    });
    for (const end of ['close', 'error'] as const)
      this.#socket.addEventListener(end, () => {
        this.#closed = true;
        this.#wake();
      });
  }

  /** The first event that fits. */
  async next(wanted: Json): Promise<Json> {
    const fits = (event: Json) => Object.entries(wanted).every(([name, value]) => event[name] === value);
    for (;;) {
      const at = this.#events.findIndex(fits);
      const [event] = at === -1 ? [] : this.#events.splice(at, 1);
      if (event !== undefined) return event;
      if (this.#closed) throw new Error(`the socket ended before ${JSON.stringify(wanted)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Sends a command and awaits its answer. */
  ask(command: Json): Promise<Json> {
    const ref = crypto.randomUUID();
    this.#socket.send(JSON.stringify({ ...command, ref }));
    return this.next({ ref });
  }

  close(): void {
    this.#socket.close(1000);
  }
}

describe.concurrent('session', () => {
  it.each(['ergo', 'inspircd'] as const)('two of them talk: %s', async (connection) => {
    const channel = `#${newNick()}`;
    const path = `/irc/session?connection=${connection}&channel=${encodeURIComponent(channel)}`;
    const one = new Session(path);
    const ready = await one.next({ event: 'ready' });
    expect(ready).toMatchObject({ server: { network: 'FairleadNet' }, channels: [{ name: channel }] });
    const other = new Session(path);
    const { nick } = await other.next({ event: 'ready' });
    expect(nick).not.toBe(ready.nick);

    const said = await one.ask({ command: 'say', target: channel, text: 'Ahoy from Göteborg' });
    expect(said).toMatchObject({
      event: 'done',
      sent: [{ text: 'Ahoy from Göteborg', id: expect.any(String) }],
    });
    const heard = await other.next({ event: 'message', text: 'Ahoy from Göteborg' });
    expect(heard).toMatchObject({ target: channel, self: false, from: { nick: ready.nick } });
    expect(heard.tags).toMatchObject({ msgid: (said.sent as Json[])[0]?.id });

    const wanted = newNick();
    expect(await other.ask({ command: 'nick', nick: wanted })).toMatchObject({ event: 'done', nick: wanted });
    expect(await one.next({ event: 'nick', nick: wanted })).toMatchObject({ from: { nick } });
    const names = await one.ask({ command: 'channel', channel });
    const { members } = names.channel as { members: Json[] };
    expect(members.map((member) => member.nick).sort()).toEqual([String(ready.nick), wanted].sort());
    const asked = await other.ask({ command: 'names', channel });
    expect(asked.names).toHaveLength(2);
    expect(asked.names).toContainEqual(
      expect.objectContaining({ nick: ready.nick, modes: expect.stringContaining('o') }),
    );
    expect(asked.names).toContainEqual(expect.objectContaining({ nick: wanted, modes: '' }));
    const { whois } = await other.ask({ command: 'whois', nick: ready.nick });
    expect(whois).toMatchObject({
      nick: ready.nick,
      channels: [{ name: channel, modes: expect.stringContaining('o') }],
      isSecure: true,
    });
    expect((whois as Json).account).toBe(connection === 'ergo' ? 'app' : undefined);
    expect(await other.ask({ command: 'whois', nick: 'nobody-here' })).toMatchObject({
      event: 'done',
      whois: null,
    });

    other.close();
    expect(await one.next({ event: 'quit' })).toMatchObject({ from: { nick: wanted } });
    one.close();
  });

  it('history, topics, requests, and errors that leave the socket open', async () => {
    const channel = `#${newNick()}`;
    const session = new Session('/irc/session?connection=ergo');
    expect(await session.next({ event: 'ready' })).toMatchObject({ channels: [], account: 'app' });
    expect(await session.ask({ command: 'join', channel })).toMatchObject({ channel: { name: channel } });
    for (const text of ['one', 'two', 'three']) await session.ask({ command: 'say', target: channel, text });
    const { events } = await session.ask({ command: 'history', target: channel, limit: 2 });
    expect((events as Json[]).map(({ text }) => text)).toEqual(['two', 'three']);
    await session.ask({ command: 'topic', channel, topic: 'Fair winds' });
    expect(await session.next({ event: 'topic' })).toMatchObject({ channel, topic: 'Fair winds' });
    const time = await session.ask({ command: 'request', name: 'TIME', params: [] });
    expect((time.messages as Json[]).length).toBe(1);
    const refused = await session.ask({ command: 'say', target: 'nobody-here', text: 'x' });
    expect(refused).toMatchObject({ event: 'error', problem: { status: 404, server: { code: '401' } } });
    const wrong = await session.ask({ command: 'say', target: channel, text: 'a\r\nQUIT' });
    expect(wrong).toMatchObject({ event: 'error', problem: { code: 'usage' } });
    expect((await session.ask({ command: 'part', channel })).event).toBe('done');
    session.close();
  });

  it('without a handshake, a token, or a good certificate there is none', async () => {
    expect((await gateway.ask('/irc/session?connection=ergo')).status).toBe(426);
    for (const session of [
      new Session('/irc/session?connection=ergo', 'token-unknown'),
      new Session('/irc/session?connection=ergo', 'token-reader'),
      new Session('/irc/session?connection=ircUntrusted'),
    ])
      await expect(session.next({ event: 'ready' })).rejects.toThrow('ended');
  });
});
