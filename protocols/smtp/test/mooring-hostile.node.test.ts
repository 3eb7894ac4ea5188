// Servers that break the rules on pooled connections, at every step: whoever comes next gets a connection that works, no mail gets
// recipients or content of another, and none that is safe to send again was delivered.
import { describe, expect, it } from 'vitest';
import { isFairleadError } from '../src/index.ts';
import { type MailServer, type Mischief, mailServer } from './support/mail-server.ts';
import { testPool } from './support/pool.ts';

const KINDS: readonly (readonly [string, readonly string[]])[] = [
  ['BDAT in one write', ['PIPELINING', 'CHUNKING']],
  ['BDAT', ['CHUNKING']],
  ['DATA, pipelined', ['PIPELINING']],
  ['DATA', []],
];

const from = 'a@x.test';
const mail = (subject: string): string => `Subject: ${subject}\r\n\r\n.\r\nthe end of ${subject}\r\n`;

/** Commands of a mail, and of what a pool asks by itself. */
const STEPS = ['MAIL', 'RCPT', 'DATA', 'BDAT', 'message', 'RSET'];

const ENDS: readonly Mischief[] = ['FIN', 'RST', 'STALL'];
const REFUSALS: readonly Mischief[] = [
  '421 4.3.2 Closing',
  '421 too many messages in this connection',
  '450 4.2.0 Later',
  '550 5.0.0 No',
  '550-5.0.0 No\r\n550 5.0.0 and no',
];
/** Replies that are none, or none to this. */
const LIES: readonly Mischief[] = [
  '354 Go',
  '334 AAAA',
  '220 Hello again',
  '250 2.0.0 Ok',
  '250-half',
  '999 What',
  'HTTP/1.1 400 Bad Request',
  '250 a\r\n251-b\r\n252 c',
  `250 ${'x'.repeat(5_000)}`,
  '250 \0',
  '',
];

interface Outcome {
  readonly isSent: boolean;
  readonly isSafe: boolean;
}

/** One caller's mail. */
async function send(
  pool: ReturnType<typeof testPool>,
  subject: string,
  to: readonly string[],
  replyTimeoutMs = 20_000,
): Promise<Outcome> {
  try {
    await using smtp = await pool.connect({ replyTimeoutMs });
    await smtp.sendRaw({ from, to }, mail(subject));
    return { isSent: true, isSafe: false };
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('secret');
    return { isSent: false, isSafe: error.safeToRetry };
  }
}

/** What was delivered is whole, and has the recipients of its own mail alone. */
function expectWhole(server: MailServer): void {
  for (const { content, to } of server.delivered) {
    const subject = /^Subject: (.*)\r\n/.exec(content)?.[1] ?? '';
    expect(content).toBe(mail(subject));
    for (const address of to) expect(address).toBe(`${subject}@x.test`);
  }
  expect(server.nonsense).toEqual([]);
}

const subjects = (server: MailServer) =>
  server.delivered.map(({ content }) => /Subject: (.*)\r\n/.exec(content)?.[1]);

/** One caller meets the mischief, then others come. */
async function meet(keywords: readonly string[], step: string, act: Mischief) {
  const server = mailServer({ keywords });
  // A second one, for the five seconds that a reset may take.
  const pool = testPool(server.connector, { pool: { max: 2 } });
  expect(await send(pool, 'before', ['before@x.test'])).toMatchObject({ isSent: true });
  let isDone = false;
  server.misbehave = (command) => {
    if (isDone || !command.startsWith(step)) return undefined;
    isDone = true;
    return act;
  };
  // An unknown recipient alone makes the pool reset what is left.
  const to = step === 'RSET' ? ['nobody@x.test'] : ['one@x.test', 'one@x.test'];
  const one = await send(pool, 'one', to, 80);
  const others: Outcome[] = [];
  for (const subject of ['two', 'three']) others.push(await send(pool, subject, [`${subject}@x.test`]));
  return { server, pool, one, others };
}

describe.each(KINDS)('by %s', (_kind, keywords) => {
  const steps = STEPS.filter((step) => step !== (keywords.includes('CHUNKING') ? 'DATA' : 'BDAT')).filter(
    (step) => step !== 'message' || !keywords.includes('CHUNKING'),
  );

  describe.each(steps)('at %s', (step) => {
    it.each([...ENDS, ...REFUSALS])('%j', async (act) => {
      const { server, one, others } = await meet(keywords, step, act);
      expect(others).toEqual([
        { isSent: true, isSafe: false },
        { isSent: true, isSafe: false },
      ]);
      expectWhole(server);
      const delivered = subjects(server);
      expect(delivered.filter((subject) => subject !== 'one')).toEqual(['before', 'two', 'three']);
      if (one.isSent) expect(delivered).toContain('one');
      if (one.isSafe) expect(delivered).not.toContain('one');
    });

    it.each(LIES)('%j', async (act) => {
      const { server, one } = await meet(keywords, step, act);
      expectWhole(server);
      const delivered = subjects(server);
      expect(new Set(delivered).size).toBe(delivered.length);
      if (one.isSafe) expect(delivered).not.toContain('one');
      // Whatever it was: the pool has recovered by now.
      const pool = testPool(server.connector);
      expect(await send(pool, 'last', ['last@x.test'])).toMatchObject({ isSent: true });
    });
  });
});

describe.each(['dial', 'EHLO', 'AUTH'])('while a pool logs in, at %s', (step) => {
  // Silence takes the fifteen seconds that a login may take.
  const acts = [...ENDS, ...REFUSALS, ...LIES].filter((act) => act !== 'STALL' && act !== '250-half');

  it.each(acts)('%j', async (act) => {
    let isDone = false;
    const server = mailServer({
      keywords: ['PIPELINING', 'CHUNKING'],
      misbehave: (command) => {
        if (isDone || !command.startsWith(step)) return undefined;
        isDone = true;
        return act;
      },
    });
    const pool = testPool(server.connector, { pool: { max: 1 } });
    const one = await send(pool, 'one', ['one@x.test']);
    expect(one.isSent || one.isSafe).toBe(true);
    expect(await send(pool, 'two', ['two@x.test'])).toMatchObject({ isSent: true });
    expectWhole(server);
    expect(subjects(server)).toEqual(one.isSent ? ['one', 'two'] : ['two']);
    expect(pool.stats()).toMatchObject({ inUse: 0, opening: 0, waiting: 0 });
  });
});
