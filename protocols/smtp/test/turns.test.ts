// Aborts at every moment of a call, and what is left of the connection then; goodbyes of idle connections; the times of
// calls; what is safe to retry; who called.
import { FairleadError } from '@fairlead/errors';
import { memoryConnector, scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect, type SmtpClient, type SmtpOptions } from '../src/index.ts';
import { hostile } from './support/hostile.ts';
import { greet, logIn, OFFERS, offers, PLAIN, TARGET } from './support/talk.ts';

type Peer = ReturnType<typeof scriptedPeer>;

const ENVELOPE = { from: 'a@x.test', to: 'b@y.test' };
const FIRST = 'Subject: first\r\n\r\nfirst\r\n';
const SECOND = 'Subject: second\r\n\r\nsecond\r\n';
const caught = (promise: Promise<unknown>): Promise<FairleadError> =>
  promise.then(
    () => {
      throw new Error('it did not reject');
    },
    (reason: FairleadError) => reason,
  );
const open = (peer: Peer, options: SmtpOptions = {}): Promise<SmtpClient> =>
  connect(TARGET, { connector: peer.connector, connectTimeoutMs: 2000, timeoutMs: 2000, ...options });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A server that knows SMTP, says what it got as commands and as messages, and answers everything. */
function server(keywords: readonly string[]) {
  const commands: string[] = [];
  const messages: string[] = [];
  const connector = memoryConnector(async (line) => {
    let text = '';
    let ended = false;
    const more = async (): Promise<boolean> => {
      const chunk = await line.read().catch(() => undefined);
      if (chunk === undefined) ended = true;
      else text += new TextDecoder('latin1').decode(chunk);
      return !ended;
    };
    const say = (words: string): void => {
      line.write(new TextEncoder().encode(words)).catch(() => undefined);
    };
    const take = async (end: string): Promise<string | undefined> => {
      while (!text.includes(end)) if (!(await more())) return undefined;
      const at = text.indexOf(end) + end.length;
      const taken = text.slice(0, at);
      text = text.slice(at);
      return taken;
    };
    say('220 mx\r\n');
    for (let command = await take('\r\n'); command !== undefined; command = await take('\r\n')) {
      commands.push(command.trimEnd());
      if (command.startsWith('EHLO')) say(offers(keywords));
      else if (command.startsWith('DATA')) {
        say('354 Go\r\n');
        const message = await take('\r\n.\r\n');
        if (message !== undefined) messages.push(message);
        say('250 Ok\r\n');
      } else if (command.startsWith('BDAT')) {
        const size = Number(command.split(' ')[1]);
        while (text.length < size) if (!(await more())) break;
        if (text.length >= size) messages.push(text.slice(0, size));
        text = text.slice(size);
        say('250 Ok\r\n');
      } else if (command.startsWith('QUIT')) {
        say('221 Bye\r\n');
        await line.close();
        return;
      } else say('250 Ok\r\n');
    }
  });
  return { connector, commands, messages };
}

const COMMAND = /^(EHLO \S+|RSET|NOOP|QUIT|DATA|MAIL FROM:<a@x\.test>.*|RCPT TO:<b@y\.test>|BDAT \d+ LAST)$/;

describe('an abort after k microtasks', () => {
  it.each([
    ['DATA', ['PIPELINING']],
    ['DATA, one by one', []],
    ['BDAT', ['PIPELINING', 'CHUNKING']],
    ['BDAT, one by one', ['CHUNKING']],
  ])('leaves the connection clean or ended: %s', async (_name, keywords) => {
    let k = 0;
    for (let settledFirst = false; !settledFirst; k++) {
      expect(k).toBeLessThan(1000);
      const { connector, commands, messages } = server(keywords);
      const smtp = await connect('smtp://mx.test', { connector, tls: false, timeoutMs: 2000 });
      const controller = new AbortController();
      let settled = false;
      const first = smtp.sendRaw(ENVELOPE, FIRST, { signal: controller.signal }).then(
        () => undefined,
        (error: FairleadError) => error,
      );
      void first.then(() => {
        settled = true;
      });
      for (let i = 0; i < k && !settled; i++) await undefined;
      // Microtasks alone do not reach what waits for the server: let a few turns of the loop pass as well.
      if (k > 30) for (let i = 30; i < k && !settled; i++) await pause(0);
      settledFirst = settled;
      controller.abort();
      const second = smtp.sendRaw(ENVELOPE, SECOND).then(
        () => undefined,
        (error: FairleadError) => error,
      );
      const [one, two] = await Promise.all([first, second]);
      if (one !== undefined) expect(one).toMatchObject({ code: 'aborted' });
      if (two !== undefined) expect(two).toMatchObject({ code: 'connection_lost', safeToRetry: true });
      await smtp.close();
      await pause(0);
      // Whatever the server got: commands are commands, and messages hold their own text alone.
      for (const command of commands) expect(command).toMatch(COMMAND);
      for (const message of messages)
        expect(message).toMatch(/^Subject: (first\r\n\r\nfirst|second\r\n\r\nsecond)\r\n(\.\r\n)?$/);
      // An error that is safe to retry means that the message was not taken.
      if (one?.safeToRetry) expect(messages.join()).not.toContain('first');
      if (two === undefined) expect(messages.join()).toContain('second');
      else expect(messages.join()).not.toContain('second');
    }
    expect(k).toBeGreaterThan(3);
  });

  it('gives the turn to the next where one gives up waiting, at every moment', async () => {
    for (let k = 0; k < 12; k++) {
      const { connector, messages } = server(['PIPELINING']);
      const smtp = await connect('smtp://mx.test', { connector, tls: false, timeoutMs: 2000 });
      const controller = new AbortController();
      const first = smtp.sendRaw(ENVELOPE, FIRST);
      const given = caught(smtp.sendRaw(ENVELOPE, 'never', { signal: controller.signal }));
      const third = smtp.sendRaw(ENVELOPE, SECOND);
      for (let i = 0; i < k; i++) await undefined;
      controller.abort();
      expect(await given).toMatchObject({ code: 'aborted', safeToRetry: true });
      await Promise.all([first, third]);
      expect(messages).toHaveLength(2);
      await smtp.close();
    }
  });

  it('sends nothing for a signal that has fired, and keeps the connection', async () => {
    const { connector, commands } = server([]);
    const smtp = await connect('smtp://mx.test', { connector, tls: false });
    const error = await caught(smtp.sendRaw(ENVELOPE, FIRST, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'aborted', safeToRetry: true });
    await smtp.noop();
    expect(commands).toEqual(['EHLO [127.0.0.1]', 'NOOP']);
    await smtp.close();
  });
});

describe('an idle connection', () => {
  it('hears the goodbye of the server, and tells it to the next call', async () => {
    await using peer = logIn(scriptedPeer()).delay(150).sendLines('421 4.4.2 Idle for too long').close();
    const smtp = await open(peer);
    await smtp.closed;
    for (const call of [smtp.sendRaw(ENVELOPE, FIRST), smtp.noop()]) {
      expect(await caught(call)).toMatchObject({
        code: 'connection_lost',
        safeToRetry: true,
        server: { code: '4.4.2', message: 'Idle for too long' },
        message: expect.stringMatching(/Idle for too long/),
      });
    }
  });

  it('hears the end, and what may not come', async () => {
    await using peer = logIn(scriptedPeer()).delay(150).close();
    const smtp = await open(peer);
    await smtp.closed;
    expect(await caught(smtp.noop())).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    await using second = logIn(scriptedPeer()).delay(150).send('250 2.0', 1).send('.0 What?\r\n', 1);
    const other = await open(second);
    await other.closed;
    expect(await caught(other.noop())).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
      cause: { code: 'protocol' },
    });
  });

  it('is used as before where nothing came', async () => {
    await using peer = logIn(scriptedPeer())
      .expectLine('NOOP')
      .sendLines('250 Ok')
      .expectLine('NOOP')
      .send('250-O', 1)
      .send('\r\n250 k\r\n', 1)
      .expectLine('QUIT')
      .sendLines('221 Bye')
      .close();
    const smtp = await open(peer);
    await pause(150);
    await smtp.noop();
    await pause(150);
    await smtp.noop();
    await pause(150);
    await smtp.close();
    await peer.done();
  });
});

describe('times', () => {
  it('are for connecting, TLS and login together', async () => {
    const peer = scriptedPeer()
      .delay(600)
      .sendLines('220 mx')
      .expectLine(/^EHLO/)
      .delay(600)
      .send(offers(['STARTTLS']))
      .expectLine('STARTTLS')
      .delay(600)
      .sendLines('220 Go');
    const start = Date.now();
    const error = await caught(connect(TARGET, { connector: peer.connector, connectTimeoutMs: 1000 }));
    expect(error).toMatchObject({ code: 'connect_timeout', safeToRetry: true });
    expect(Date.now() - start).toBeLessThan(1700);
    await peer[Symbol.asyncDispose]();
  });

  it('are for all of a message, and for the wait for its turn', async () => {
    await using peer = logIn(scriptedPeer())
      .expectUntil('DATA\r\n', /./)
      .send('250 Ok\r\n250 Ok\r\n')
      .delay(60)
      .send('354 Go\r\n')
      .expectUntil('\r\n.\r\n', /./);
    const smtp = await open(peer);
    const start = Date.now();
    const first = caught(smtp.sendRaw(ENVELOPE, FIRST, { timeoutMs: 100 }));
    const second = caught(smtp.sendRaw(ENVELOPE, SECOND, { timeoutMs: 30 }));
    expect(await second).toMatchObject({ code: 'timeout', safeToRetry: true });
    expect(await first).toMatchObject({ code: 'timeout', safeToRetry: false });
    expect(Date.now() - start).toBeLessThan(3000);
  });

  it('end the wait for one reply', async () => {
    await using peer = logIn(scriptedPeer()).expectLine('NOOP');
    const smtp = await open(peer, { replyTimeoutMs: 30 });
    expect(await caught(smtp.noop())).toMatchObject({ code: 'timeout', safeToRetry: true });
  });

  it.each([0, -1, Number.NaN, '5' as never, null as never])('refuse %j', async (timeoutMs) => {
    await using peer = logIn(scriptedPeer());
    for (const name of ['timeoutMs', 'connectTimeoutMs', 'replyTimeoutMs']) {
      const options = { connector: peer.connector, [name]: timeoutMs };
      expect(await caught(connect(TARGET, options))).toMatchObject({ code: 'usage' });
    }
    const smtp = await open(peer);
    expect(await caught(smtp.noop({ timeoutMs }))).toMatchObject({ code: 'usage' });
    expect(await caught(smtp.verify('a@x.test', { timeoutMs }))).toMatchObject({ code: 'usage' });
    expect(await caught(smtp.sendRaw(ENVELOPE, FIRST, { timeoutMs }))).toMatchObject({ code: 'usage' });
  });

  it('of more than 2^31 ms do not fire at once', async () => {
    await using peer = logIn(scriptedPeer()).expectLine('NOOP').delay(20).sendLines('250 Ok');
    const smtp = await open(peer, {
      timeoutMs: 2 ** 40,
      replyTimeoutMs: Infinity,
      connectTimeoutMs: 2 ** 33,
    });
    await smtp.noop({ timeoutMs: 2 ** 31 });
  });
});

describe('logins', () => {
  it('try the next mechanism where the server does not know one that it lists', async () => {
    await using peer = greet(scriptedPeer(), ['AUTH CRAM-MD5 PLAIN LOGIN'])
      .expectLine('AUTH CRAM-MD5')
      .sendLines('504 5.5.4 Unrecognized authentication type')
      .expectLine(`AUTH PLAIN ${PLAIN}`)
      .sendLines('504 5.5.4 Unrecognized authentication type')
      .expectLine('AUTH LOGIN')
      .sendLines('334 VXNlcm5hbWU6')
      .expectLine('YXBw')
      .sendLines('334 UGFzc3dvcmQ6')
      .expectLine('c2VjcmV0')
      .sendLines('235 Ok');
    expect((await open(peer)).server.mechanism).toBe('LOGIN');
  });

  it('tell the refusal where no mechanism is left, and never go in clear for it', async () => {
    await using peer = greet(scriptedPeer(), ['AUTH PLAIN'])
      .expectLine(`AUTH PLAIN ${PLAIN}`)
      .sendLines('504 5.5.4 Unrecognized authentication type');
    expect(await caught(open(peer))).toMatchObject({
      code: 'auth',
      server: { code: '5.5.4' },
      safeToRetry: true,
    });
    const plain = hostile(['220 mx\r\n', offers(['AUTH CRAM-MD5 PLAIN']), '504 5.5.4 No\r\n']);
    const options = { connector: plain.connector, tls: false, authWithoutTls: 'challenge' } as const;
    expect(await caught(connect(TARGET, options))).toMatchObject({ code: 'auth' });
    expect(plain.clear()).toBe('EHLO [127.0.0.1]\r\nAUTH CRAM-MD5\r\n');
  });

  it('do not try another one behind a challenge, or for another code', async () => {
    await using peer = greet(scriptedPeer(), ['AUTH LOGIN PLAIN'])
      .expectLine(`AUTH PLAIN ${PLAIN}`)
      .sendLines('535 5.7.8 No');
    expect(await caught(open(peer))).toMatchObject({ code: 'auth', server: { code: '5.7.8' } });
    await using second = greet(scriptedPeer(), ['AUTH CRAM-MD5 PLAIN'])
      .expectLine('AUTH CRAM-MD5')
      .sendLines(`334 ${btoa('<1@mx>')}`)
      .expectLine(/./)
      .sendLines('504 5.5.4 No');
    expect(await caught(open(second))).toMatchObject({ code: 'auth', server: { code: '5.5.4' } });
  });

  it('ask a function for the password, once, inside TLS', async () => {
    await using peer = logIn(scriptedPeer());
    let asked = 0;
    const password = async (): Promise<string> => {
      asked++;
      expect(peer.connections).toBe(1);
      return 'secret';
    };
    await connect('smtp://app@mx.test', { connector: peer.connector, password });
    expect(asked).toBe(1);
  });

  it('ask a function for the token', async () => {
    await using peer = greet(scriptedPeer(), ['AUTH XOAUTH2'])
      .expectLine(`AUTH XOAUTH2 ${btoa('user=app\x01auth=Bearer tok\x01\x01')}`)
      .sendLines('235 Ok');
    await connect('smtp://app@mx.test', { connector: peer.connector, accessToken: () => 'tok' });
  });

  it.each<[string, () => string | Promise<string>, string]>([
    ['fails', () => Promise.reject(new Error('vault')), 'auth'],
    ['gives no text', () => 5 as never, 'usage'],
    ['does not answer', () => new Promise(() => undefined), 'connect_timeout'],
  ])('say that the function %s', async (_name, password, code) => {
    await using peer = greet(scriptedPeer());
    const options = { connector: peer.connector, password, connectTimeoutMs: 100 };
    const error = await caught(connect('smtp://app@mx.test', options));
    expect([code, 'timeout']).toContain(error.code);
    expect(error.safeToRetry).toBe(true);
  });
});

describe('arguments', () => {
  const bad = (value: unknown): never => value as never;

  it.each([
    null,
    undefined,
    5,
    true,
    [],
    { password: 5 },
    { port: 1.5 },
    { port: '587' },
    { mechanisms: 'PLAIN' },
    {
      hostname: 5,
    },
    { name: 5 },
    { chunking: 'yes' },
    { connector: 'x' },
    { signal: {} },
    { tls: 'implicit' },
    { tls: 1 },
  ])('connect refuses %j', async (target) => {
    const options = Array.isArray(target) ? bad([]) : undefined;
    const error = await caught(
      Array.isArray(target) ? connect(TARGET, bad(null)) : connect(bad(target), options),
    );
    expect(error).toMatchObject({ name: 'FairleadError', code: 'usage', safeToRetry: true });
  });

  it('sendRaw, noop and verify reject with usage, and nothing is sent', async () => {
    await using peer = logIn(scriptedPeer(), [...OFFERS])
      .expectLine('NOOP')
      .sendLines('250 Ok');
    const smtp = await open(peer);
    const calls: (() => Promise<unknown>)[] = [
      ...[null, undefined, 5, 'x', []].map((envelope) => () => smtp.sendRaw(bad(envelope), FIRST)),
      ...[null, undefined, 5, {}, [1]].map((body) => () => smtp.sendRaw(ENVELOPE, bad(body))),
      ...[
        { ...ENVELOPE, from: undefined },
        { ...ENVELOPE, from: 5 },
        { ...ENVELOPE, to: null },
        { ...ENVELOPE, to: [null] },
        { ...ENVELOPE, to: [5] },
        { ...ENVELOPE, to: [] },
        { ...ENVELOPE, to: { address: 'b@y.test', name: 'B' } },
        { ...ENVELOPE, to: { address: 'b@y.test', notify: 5 } },
        { ...ENVELOPE, to: { address: 'b@y.test', notify: ['sometimes'] } },
        { ...ENVELOPE, to: { address: 'b@y.test', originalRecipient: 5 } },
        { ...ENVELOPE, cc: 'c@y.test' },
        { ...ENVELOPE, size: '5' },
        { ...ENVELOPE, size: 2 ** 60 },
        { ...ENVELOPE, return: 'body' },
        { ...ENVELOPE, envelopeId: 5 },
        { ...ENVELOPE, requireTls: 'yes' },
        { ...ENVELOPE, smtpUtf8: 1 },
      ].map((envelope) => () => smtp.sendRaw(bad(envelope), FIRST)),
      () => smtp.sendRaw(ENVELOPE, FIRST, bad(null)),
      () => smtp.sendRaw(ENVELOPE, FIRST, bad(5)),
      () => smtp.sendRaw(ENVELOPE, FIRST, bad({ signal: 'x' })),
      () => smtp.noop(bad(null)),
      () => smtp.verify(bad(5)),
      () => smtp.verify('a@x.test', bad('x')),
    ];
    for (const call of calls) {
      expect(await caught(call())).toMatchObject({ name: 'FairleadError', code: 'usage', safeToRetry: true });
    }
    await smtp.noop();
    await peer.done();
  });
});

describe('stacks', () => {
  it('have the function that called', async () => {
    async function theCaller(call: () => Promise<unknown>): Promise<unknown> {
      return await call();
    }
    await using peer = logIn(scriptedPeer())
      .expectLine('NOOP')
      .sendLines('502 5.5.1 No')
      .expectLine(/^VRFY/)
      .sendLines('502 5.5.1 No')
      .expectUntil('DATA\r\n', /./)
      .send('550 5.1.1 No\r\n550 5.1.1 No\r\n554 No\r\n')
      .expectLine('RSET')
      .sendLines('250 Ok')
      .expectLine('NOOP')
      .close();
    const smtp = await open(peer);
    const calls: (() => Promise<unknown>)[] = [
      () => smtp.noop(),
      () => smtp.verify('a@x.test'),
      () => smtp.sendRaw(ENVELOPE, FIRST),
      () => smtp.sendRaw({ ...ENVELOPE, from: 'x' }, FIRST),
      () => smtp.sendRaw(ENVELOPE, FIRST, { signal: AbortSignal.abort() }),
      () => smtp.noop(),
      () => smtp.noop(),
      () => connect('http://x'),
      () => connect(TARGET, { connector: () => Promise.reject(new FairleadError('connect_failed', 'no')) }),
      () => connect(TARGET, { connector: hostile(['554 No\r\n']).connector }),
    ];
    for (const call of calls) {
      const error = await caught(theCaller(call));
      expect(error.stack, error.message).toContain('theCaller');
    }
  });
});
