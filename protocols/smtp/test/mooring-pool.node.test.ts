// Clients on a mooring: mails over connections that stay, and nothing of one caller's in another's.
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { connect } from '../src/mooring/index.ts';
import { type MailServer, mailServer } from './support/mail-server.ts';
import { testMooring, testPool } from './support/pool.ts';

const KINDS = [
  ['BDAT in one write', ['PIPELINING', 'CHUNKING']],
  ['BDAT', ['CHUNKING']],
  ['DATA, pipelined', ['PIPELINING']],
  ['DATA', []],
] as const;

const from = 'a@x.test';
const mail = (subject: string): string => `Subject: ${subject}\r\n\r\n.\r\nAhoy\r\n`;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A body in pieces of 64 KiB that fails, or ends, behind so many. `taken` counts them. */
function pieces(count: number, failure?: Error) {
  const state = { taken: 0 };
  const line = new TextEncoder().encode(`${'x'.repeat(62)}\r\n`);
  const piece = new Uint8Array(65_536).map((_, i) => line[i % line.length] ?? 0);
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (state.taken++ < count) controller.enqueue(piece);
        else if (failure === undefined) controller.close();
        else controller.error(failure);
      },
    },
    { highWaterMark: 0 },
  );
  return { body, state };
}

describe.each(KINDS)('by %s', (_kind, keywords) => {
  it('mails of many clients arrive once each, over a few connections', async () => {
    const server = mailServer({ keywords });
    const pool = testPool(server.connector, { pool: { max: 3 } });
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        await using smtp = await pool.connect();
        const to = [`box${i}@x.test`, `other${i}@x.test`];
        const { accepted } = await smtp.sendRaw({ from, to }, mail(`nonce ${i}`));
        expect(accepted).toEqual(to);
      }),
    );
    expect(server.most).toBe(3);
    expect(server.delivered).toHaveLength(60);
    for (let i = 0; i < 60; i++) {
      const one = server.delivered.filter(({ content }) => content === mail(`nonce ${i}`));
      expect(one.map(({ to }) => to)).toEqual([[`box${i}@x.test`, `other${i}@x.test`]]);
    }
    expect(server.nonsense).toEqual([]);
    expect(pool.stats()).toMatchObject({ idle: 3, inUse: 0 });
  });

  it('a mail leaves nothing behind, so the next one follows at once', async () => {
    const server = mailServer({ keywords });
    const pool = testPool(server.connector);
    await using one = await pool.connect();
    await one.sendRaw({ from, to: 'b@x.test' }, mail('1'));
    await using other = await pool.connect();
    await other.sendRaw({ from, to: 'c@x.test' }, mail('2'));
    await one.sendRaw({ from, to: 'd@x.test' }, mail('3'));
    expect(server.commands).toHaveLength(1);
    expect(server.commands.flat().filter((line) => /^(RSET|QUIT|NOOP)/.test(line))).toEqual([]);
    expect(server.delivered.map(({ to }) => to)).toEqual([['b@x.test'], ['c@x.test'], ['d@x.test']]);
  });

  it('nothing of a refused mail gets into the next one', async () => {
    const server = mailServer({ keywords });
    const pool = testPool(server.connector, { pool: { max: 1 } });
    {
      await using smtp = await pool.connect();
      const refused = smtp.sendRaw({ from, to: ['nobody@x.test', 'nobody2@x.test'] }, mail('refused'));
      await expect(refused).rejects.toMatchObject({ code: 'server', safeToRetry: true });
    }
    await using smtp = await pool.connect();
    const sent = await smtp.sendRaw({ from, to: ['b@x.test', 'nobody@x.test'] }, mail('good'));
    expect(sent).toMatchObject({ accepted: ['b@x.test'], rejected: [{ address: 'nobody@x.test' }] });
    expect(server.delivered).toMatchObject([{ to: ['b@x.test'], content: mail('good') }]);
    expect(server.commands).toHaveLength(1);
    expect(server.commands[0]?.filter((line) => line === 'RSET')).toHaveLength(1);
  });

  it('a client goes on behind a refusal of its own', async () => {
    const server = mailServer({ keywords });
    const pool = testPool(server.connector, { pool: { max: 1 } });
    await using smtp = await pool.connect();
    await expect(smtp.sendRaw({ from, to: 'nobody@x.test' }, mail('refused'))).rejects.toThrow(/5\.1\.1/);
    await smtp.sendRaw({ from, to: 'b@x.test' }, mail('good'));
    await smtp.noop();
    expect(server.delivered).toMatchObject([{ to: ['b@x.test'], content: mail('good') }]);
    expect(server.commands).toHaveLength(1);
  });

  it('sends again what a server has turned away as it ended a connection', async () => {
    const server = mailServer({ keywords });
    const mails = new Map<number, number>();
    server.misbehave = (command, connection) => {
      if (!command.startsWith('MAIL')) return undefined;
      const count = (mails.get(connection) ?? 0) + 1;
      mails.set(connection, count);
      return count > 3 ? '421 too many messages in this connection' : undefined;
    };
    const pool = testPool(server.connector, { pool: { max: 2 } });
    await using smtp = await pool.connect();
    for (let i = 0; i < 20; i++) await smtp.sendRaw({ from, to: `b${i}@x.test` }, mail(`${i}`));
    const expected = Array.from({ length: 20 }, (_, i) => ({ to: [`b${i}@x.test`], content: mail(`${i}`) }));
    expect(server.delivered).toMatchObject(expected);
    expect(server.delivered).toHaveLength(20);
    // One that takes no mail at all is told as it is.
    server.misbehave = (command) => (command.startsWith('MAIL') ? '421 4.3.2 Closing' : undefined);
    const refused = smtp.sendRaw({ from, to: 'b@x.test' }, mail('last'));
    await expect(refused).rejects.toMatchObject({
      code: 'server',
      message: /4\.3\.2|Closing/,
      safeToRetry: true,
    });
    expect(server.delivered).toHaveLength(20);
  });

  it('a body that fails in the middle ends the connection, and is not taken for a mail', async () => {
    const server = mailServer({ keywords });
    const pool = testPool(server.connector, { pool: { max: 1 } });
    {
      await using smtp = await pool.connect();
      const { body } = pieces(40, new Error('no more'));
      const failed = smtp.sendRaw({ from, to: 'b@x.test' }, body);
      await expect(failed).rejects.toMatchObject({ code: 'usage', message: /stream of the message failed/ });
    }
    await expect.poll(() => server.open).toBe(0);
    await using smtp = await pool.connect();
    await smtp.sendRaw({ from, to: 'c@x.test' }, mail('good'));
    expect(server.delivered).toMatchObject([{ to: ['c@x.test'], content: mail('good') }]);
    expect(server.nonsense).toEqual([]);
  });

  it('a caller that leaves in the middle of a mail takes the connection along', async () => {
    const server = mailServer({ keywords });
    const pool = testPool(server.connector, { pool: { max: 1 } });
    const leave = new AbortController();
    const smtp = await pool.connect();
    const { body, state } = pieces(1_000_000);
    const left = smtp.sendRaw({ from, to: 'b@x.test' }, body, { signal: leave.signal });
    left.catch(() => undefined);
    await expect.poll(() => state.taken).toBeGreaterThan(40);
    leave.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted', safeToRetry: true });
    await expect.poll(() => server.open).toBe(0);
    await using next = await pool.connect();
    await next.sendRaw({ from, to: 'c@x.test' }, mail('good'));
    expect(server.delivered).toMatchObject([{ to: ['c@x.test'], content: mail('good') }]);
  });

  it('20 MB get through, no faster than the server takes them', async () => {
    const server = mailServer({ keywords });
    const pool = testPool(server.connector, { replyTimeoutMs: 20_000 });
    await using smtp = await pool.connect();
    const { body, state } = pieces(320);
    let isHeld = false;
    server.misbehave = (command) => {
      if (!isHeld && /^(DATA|BDAT)/.test(command)) {
        isHeld = true;
        server.held = pause(500);
      }
      return undefined;
    };
    const sent = smtp.sendRaw({ from, to: 'b@x.test' }, body);
    await pause(300);
    expect(state.taken).toBeLessThan(60);
    await sent;
    expect(server.delivered.map(({ content }) => content.length)).toEqual([320 * 65_536]);
  });
});

describe('a pool', () => {
  const keywords = ['PIPELINING', 'CHUNKING'];

  it('shows the server as it is, and logs in once for all', async () => {
    const server = mailServer({ keywords: [...keywords, 'SIZE 1000', 'DSN'] });
    const logins: string[] = [];
    server.misbehave = (command) => {
      if (/^(EHLO|AUTH)/.test(command)) logins.push(command);
      return undefined;
    };
    const pool = testPool(server.connector, { pool: { max: 1 }, name: 'shop.test' });
    for (let i = 0; i < 3; i++) {
      await using smtp = await pool.connect();
      expect(smtp.server).toMatchObject({ greeting: 'mx.test ESMTP', mechanism: 'PLAIN' });
      expect(smtp.server.capabilities).toMatchObject({
        name: 'mx.test',
        size: 1000,
        dsn: true,
        smtpUtf8: false,
      });
      expect((await smtp.verify('b@x.test')).code).toBe(252);
      const tooLarge = smtp.sendRaw({ from, to: 'b@x.test' }, 'x\r\n'.repeat(1_000));
      await expect(tooLarge).rejects.toMatchObject({ code: 'limit' });
    }
    expect(logins).toEqual(['EHLO shop.test', 'AUTH PLAIN AGFwcABzZWNyZXQ=']);
  });

  it('plays STARTTLS and TLS from the first byte as the client asks for them', async () => {
    const server = mailServer({ keywords });
    const implicit = testPool(server.connector, { tls: true, authWithoutTls: undefined });
    await using smtp = await implicit.connect();
    await smtp.sendRaw({ from, to: 'b@x.test' }, mail('over TLS'));
    expect(smtp.peer).toMatchObject({ hostname: 'mx.test', tls: true });
    expect(server.delivered).toHaveLength(1);
  });

  it('asks for a password once a client, and keeps it out of what it says', async () => {
    const server = mailServer({
      keywords,
      misbehave: (command) => (/^AUTH/.test(command) ? '535 5.7.8 No' : undefined),
    });
    const pool = testPool(server.connector);
    let asked = 0;
    const password = async () => {
      asked += 1;
      return 'hush-hush';
    };
    const error = await pool.connect({ password }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'auth', safeToRetry: true });
    expect(`${error} ${JSON.stringify(error)}`).not.toContain('hush');
    expect(asked).toBe(1);
  });

  it('closes a connection behind a hundred mails', async () => {
    const server = mailServer({ keywords });
    const pool = testPool(server.connector, { pool: { max: 1 } });
    await using smtp = await pool.connect();
    for (let i = 0; i < 250; i++) await smtp.sendRaw({ from, to: 'b@x.test' }, mail(`${i}`));
    expect(server.delivered).toHaveLength(250);
    const mails = server.commands.map((lines) => lines.filter((line) => line.startsWith('MAIL')).length);
    expect(mails).toEqual([100, 100, 50]);
    expect(server.commands[0]?.at(-1)).toBe('QUIT');
    expect(server.most).toBeLessThanOrEqual(2);
  });

  it('does with fewer connections where the server has no room for more', async () => {
    const server = mailServer({
      keywords,
      misbehave: (command, connection) =>
        command === 'dial' && connection > 0 ? '421 4.7.0 mx.test Error: too many connections' : undefined,
    });
    const pool = testPool(server.connector, { pool: { max: 5 } });
    const sent = Array.from({ length: 20 }, async (_, i) => {
      await using smtp = await pool.connect();
      await smtp.sendRaw({ from, to: `b${i}@x.test` }, mail(`${i}`));
    });
    await Promise.all(sent);
    expect(server.delivered).toHaveLength(20);
  });

  it.each([
    [
      'a goodbye',
      async (line: MailServer['lines'][number]) => line.write(new TextEncoder().encode('421 4.4.2 Idle\r\n')),
    ],
    ['an end', async (line: MailServer['lines'][number]) => line.end()],
    ['a reset', async (line: MailServer['lines'][number]) => line.reset()],
    ['half a reply', async (line: MailServer['lines'][number]) => line.write(new TextEncoder().encode('25'))],
  ])('notices %s while a connection is idle', async (_, happen) => {
    const server = mailServer({ keywords });
    const pool = testPool(server.connector);
    await using smtp = await pool.connect();
    await smtp.sendRaw({ from, to: 'b@x.test' }, mail('1'));
    await pause(150);
    const [line] = server.lines;
    if (line !== undefined) await happen(line);
    await expect.poll(() => pool.stats()).toMatchObject({ idle: 0, inUse: 0 });
    await smtp.sendRaw({ from, to: 'c@x.test' }, mail('2'));
    expect(server.delivered.map(({ to }) => to)).toEqual([['b@x.test'], ['c@x.test']]);
  });

  it('says overloaded, and that nothing was sent, where none is free in time', async () => {
    const server = mailServer({ keywords });
    const pool = testPool(server.connector, { pool: { max: 1, waitMs: 50 } });
    await using late = await pool.connect();
    server.misbehave = (command) => (command.startsWith('MAIL') ? 'STALL' : undefined);
    const stuck = await pool.connect({ replyTimeoutMs: 300 });
    const first = stuck.sendRaw({ from, to: 'b@x.test' }, mail('stuck'));
    first.catch(() => undefined);
    await expect.poll(() => pool.stats()).toMatchObject({ inUse: 1 });
    const second = late.sendRaw({ from, to: 'b@x.test' }, mail('late'));
    await expect(second).rejects.toMatchObject({ code: 'overloaded', safeToRetry: true });
    // A whole mail was sent, and nothing came back.
    await expect(first).rejects.toMatchObject({ code: 'timeout', safeToRetry: false });
    await expect.poll(() => server.open).toBe(0);
  });

  it('says that nothing was sent where the server has gone meanwhile', async () => {
    const server = mailServer({ keywords });
    const pool = testPool(server.connector);
    await using smtp = await pool.connect();
    await smtp.sendRaw({ from, to: 'b@x.test' }, mail('1'));
    await pause(150);
    server.misbehave = (command) => (command === 'dial' ? '554 5.3.2 Closed for today' : undefined);
    server.lines[0]?.reset();
    await expect.poll(() => pool.stats()).toMatchObject({ idle: 0 });
    const lost = smtp.sendRaw({ from, to: 'b@x.test' }, mail('2'));
    await expect(lost).rejects.toMatchObject({
      code: 'server',
      message: /Closed for today/,
      safeToRetry: true,
    });
    server.misbehave = () => undefined;
    await using next = await pool.connect();
    await next.sendRaw({ from, to: 'b@x.test' }, mail('3'));
    expect(server.delivered).toHaveLength(2);
  });
});

describe('a server that offers less than the one that greeted the client', () => {
  const body = [
    'Subject: form',
    '',
    'RSET',
    'MAIL FROM:<ceo@x.test>',
    'RCPT TO:<victim@y.test>',
    'DATA',
    'smuggled',
    '.',
    '',
  ].join('\r\n');

  it.each([
    [['PIPELINING', 'CHUNKING'], ['PIPELINING']],
    [['PIPELINING', 'CHUNKING'], []],
    [['CHUNKING'], []],
    [['PIPELINING'], []],
    [['8BITMIME'], []],
  ])('gets nothing that it would read otherwise: %j, then %j', async (before, after) => {
    const first = mailServer({ keywords: before });
    const second = mailServer({ keywords: after });
    let dials = 0;
    const dial: Connector = (...args) => (dials++ === 0 ? first : second).connector(...args);
    const pool = testPool(dial, { pool: { max: 1, waitMs: 500 } });
    {
      await using smtp = await pool.connect();
      await smtp.sendRaw({ from, to: 'b@x.test' }, mail('1'));
    }
    for (const line of first.lines) await line.close();
    await pause(20);
    {
      await using smtp = await pool.connect();
      const content = before.includes('8BITMIME') ? `${body}ä` : body;
      const outcome = await smtp.sendRaw({ from, to: 'inbox@x.test' }, content).catch((error) => error);
      // Where the pool has noticed by itself, the mail has gone in the terms of the second server.
      if (outcome instanceof Error)
        expect(outcome).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    }
    expect(second.delivered.filter(({ to }) => to.includes('victim@y.test'))).toEqual([]);
    expect(second.nonsense).toEqual([]);
  });
});

describe('a client certificate', () => {
  it('logs the pool in by EXTERNAL, and its clients with it', async () => {
    const server = mailServer({
      keywords: [],
      misbehave: (command) => (command.startsWith('EHLO') ? '250-mx.test\r\n250 AUTH EXTERNAL' : undefined),
    });
    const seen: unknown[] = [];
    const connector: typeof server.connector = (address, options) => {
      seen.push([options?.tls, options?.tlsOptions]);
      return server.connector(address, options);
    };
    const { namespace } = testMooring(connector);
    const options = {
      mechanisms: ['EXTERNAL'],
      tls: { mode: 'implicit', cert: 'CERT', key: 'KEY' },
    } as const;
    await using smtp = await connect(namespace, 'smtp://mx.test', { ...options, name: 'external.test' });
    await smtp.sendRaw({ from, to: 'b@x.test' }, mail('by certificate'));
    expect(server.delivered).toHaveLength(1);
    expect(seen).toEqual([['implicit', { cert: 'CERT', key: 'KEY' }]]);
  });
});
