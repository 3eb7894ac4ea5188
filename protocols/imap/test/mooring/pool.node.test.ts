// Clients on a mooring: logins that stay, a mailbox that is selected for its borrower alone, and nothing of one caller's in another's.
import { describe, expect, it } from 'vitest';
import { append, download, isFairleadError, list, search, status } from '../../src/index.ts';
import { MailServer, mailboxOf } from '../support/mail-server.ts';
import { all, caught, textOf } from '../support/open.ts';
import { testPool } from '../support/pool.ts';

const LOGIN = /^(?:CAPABILITY|AUTHENTICATE|LOGIN|ENABLE)\b/;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function serverWith(more = ' UNSELECT'): MailServer {
  const server = new MailServer();
  server.capabilities += more;
  server.mailboxes.set('Other', mailboxOf(1));
  const unselect = server.hook;
  server.hook = async (line, write) => {
    if (line !== 'UNSELECT') return unselect?.(line, write);
    await write('%T OK\r\n');
    return true;
  };
  return server;
}

async function newest(pool: ReturnType<typeof testPool>): Promise<number[]> {
  await using imap = await pool.connect();
  await imap.examine('INBOX');
  return (await all(imap.fetch({ newest: 2 }, { envelope: true }))).map(({ uid }) => uid);
}

it('one login serves many clients, one after the other', async () => {
  const server = serverWith();
  const pool = testPool(server);
  for (let i = 0; i < 5; i++) {
    expect(await newest(pool)).toEqual([2, 3]);
    await pause(5);
  }
  expect(pool.state.opened).toBe(1);
  expect(server.commands.filter((line) => LOGIN.test(line))).toEqual([
    'AUTHENTICATE PLAIN',
    'ENABLE UTF8=ACCEPT CONDSTORE QRESYNC',
  ]);
  const warm = server.commands.slice(-3).map((line) => line.split(' ')[0]);
  expect(warm).toEqual(['EXAMINE', 'FETCH', 'UNSELECT']);
  expect(server.commands).not.toContain('LOGOUT');
  expect(pool.stats()).toMatchObject({ idle: 1, inUse: 0 });
});

it('many at once share what the pool may open', async () => {
  const server = serverWith();
  const pool = testPool(server, { pool: { max: 3 } });
  const found = await Promise.all(Array.from({ length: 20 }, () => newest(pool)));
  for (const uids of found) expect(uids).toEqual([2, 3]);
  expect(pool.state.opened).toBeLessThanOrEqual(3);
});

it('what needs no mailbox leaves nothing behind', async () => {
  const server = serverWith();
  const pool = testPool(server);
  await using one = await pool.connect();
  await using other = await pool.connect();
  expect((await list(one)).map(({ name }) => name)).toEqual(['INBOX', 'Other']);
  expect((await status(other, 'Other', ['messages'])).messages).toBe(1);
  await append(one, 'Other', 'Subject: x\r\n\r\nAhoy\r\n');
  await other.noop();
  expect(pool.state.opened).toBe(1);
  expect(server.commands).not.toContain('UNSELECT');
});

it('two clients with a mailbox each do not see the other’s', async () => {
  const pool = testPool(serverWith());
  await using one = await pool.connect();
  await using other = await pool.connect();
  await one.select('INBOX');
  await other.select('Other');
  expect((await search(one, {})).count).toBe(3);
  expect((await search(other, {})).count).toBe(1);
  expect(pool.state.opened).toBe(2);
});

it('names, literals and mailboxes beyond ASCII go as the pool’s ENABLE has it', async () => {
  const server = serverWith();
  const pool = testPool(server);
  await using imap = await pool.connect();
  expect(imap.server.capabilities.has('AUTH=PLAIN')).toBe(false);
  await caught(imap.select('台北'));
  // UTF-8 as bytes, not `&U,BTFw-`.
  expect(server.commands.at(-1)).toMatch(/^SELECT [{"]\u00e5\u008f\u00b0/);
});

it('a stream is lent until its end', async () => {
  const server = serverWith();
  const pool = testPool(server, { pool: { max: 1 } });
  const first = await pool.connect();
  await first.examine('INBOX');
  const text = await textOf(await download(first, 1, ''));
  expect(text).toBe(server.mailboxes.get('INBOX')?.messages[0]?.source);
  await first.close();
  expect(await newest(pool)).toEqual([2, 3]);
  expect(pool.state.opened).toBe(1);
});

it('half a small message never leaves its caller', async () => {
  const server = serverWith();
  const pool = testPool(server);
  const imap = await pool.connect();
  await caught(append(imap, 'Other', half(20)));
  await imap.close();
  expect(await newest(pool)).toEqual([2, 3]);
  expect(pool.state.opened).toBe(1);
  expect(server.commands.join('\n')).not.toContain('APPEND');
});

it('messages of all sizes arrive whole, also behind one that was refused', async () => {
  const server = serverWith();
  const pool = testPool(server, { pool: { max: 1 } });
  await using imap = await pool.connect();
  const sizes = [1, 5000, 1_500_000];
  for (const [at, size] of sizes.entries()) {
    const message = `Subject: ${size}\r\n\r\nA9 NOOP\r\n`.padEnd(size, 'x');
    const refused = await caught(append(imap, 'Nowhere', message));
    expect(isFairleadError(refused) && refused.server?.code).toBe('TRYCREATE');
    await append(imap, 'Other', message);
    expect(server.mailboxes.get('Other')?.messages[at + 1]?.source).toBe(message);
  }
  expect(pool.state.opened).toBe(1);
});

/** A message whose stream ends before its size. */
function half(size: number) {
  const stream = (async function* begin() {
    yield new Uint8Array(10).fill(120);
  })();
  return { size, stream };
}

describe('ends the connection behind', () => {
  it.each([
    ['a server without UNSELECT', '', async (imap: Client) => void (await imap.examine('INBOX'))],
    [
      'an answer that nobody reads',
      ' UNSELECT',
      async (imap: Client) => {
        await imap.examine('INBOX');
        await caught(all(imap.fetch('1:*', { source: true }, { timeoutMs: 50 })));
      },
    ],
    [
      'half a message',
      ' UNSELECT',
      async (imap: Client) => void (await caught(append(imap, 'Other', half(2_000_000)))),
    ],
  ] as [string, string, (imap: Client) => Promise<void>][])('%s', async (_, more, use) => {
    const server = serverWith(more);
    const usual = server.hook;
    server.hook = async (line, write) => {
      if (!line.includes('BODY.PEEK[]')) return usual?.(line, write);
      await write('* 1 FETCH (UID 1 BODY[] {100}\r\nhalf');
      return true;
    };
    const pool = testPool(server);
    const imap = await pool.connect();
    await use(imap);
    await imap.close();
    await pause(20);
    expect(await newest(pool)).toEqual([2, 3]);
    expect(pool.state.opened).toBe(2);
    expect(server.mailboxes.get('Other')?.messages).toHaveLength(1);
  });

  it('a goodbye, a refused UNSELECT, and words that nobody asked for', async () => {
    for (const mischief of ['* BYE later\r\n', '%T NO no\r\n', '* OK what\r\nA1 OK really\r\n', '+ go\r\n']) {
      const server = serverWith();
      const usual = server.hook;
      let isDone = false;
      server.hook = async (line, write) => {
        if (isDone || line !== 'UNSELECT') return usual?.(line, write);
        isDone = true;
        await write(mischief);
        return true;
      };
      const pool = testPool(server);
      await newest(pool);
      await pause(20);
      expect([mischief, await newest(pool), pool.state.opened]).toEqual([mischief, [2, 3], 2]);
    }
  });
});

it('a refused login is `auth`, and shows no secret', async () => {
  const server = serverWith();
  server.hook = async (line, write) => {
    if (!line.startsWith('AUTHENTICATE')) return false;
    await write('%T NO [AUTHENTICATIONFAILED] the-secret is wrong\r\n');
    return true;
  };
  const error = await caught(testPool(server).connect());
  expect(isFairleadError(error) && error.code).toBe('auth');
  expect(JSON.stringify(error)).not.toContain('the-secret');
});

type Client = Awaited<ReturnType<ReturnType<typeof testPool>['connect']>>;

it('a client certificate logs the pool in by EXTERNAL, and its clients with it', async () => {
  const server = serverWith();
  server.capabilities = server.capabilities.replace('AUTH=PLAIN', 'AUTH=EXTERNAL');
  const pool = testPool(server, {
    password: undefined,
    mechanisms: ['EXTERNAL'],
    tls: { cert: 'CERT', key: 'KEY' },
  });
  expect(await newest(pool)).toEqual([2, 3]);
  expect(server.commands.filter((line) => LOGIN.test(line))[0]).toBe('AUTHENTICATE EXTERNAL');
});
