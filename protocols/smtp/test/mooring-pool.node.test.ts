// Clients on a mooring: mails over connections that stay, and nothing of one caller's in another's.
import { describe, expect, it } from 'vitest';
import { mailServer } from './support/mail-server.ts';
import { testPool } from './support/pool.ts';

const KINDS = [
  ['BDAT in one write', ['PIPELINING', 'CHUNKING']],
  ['BDAT', ['CHUNKING']],
  ['DATA, pipelined', ['PIPELINING']],
  ['DATA', []],
] as const;

const mail = (subject: string): string => `Subject: ${subject}\r\n\r\n.\r\nAhoy\r\n`;

describe.each(KINDS)('by %s', (_kind, keywords) => {
  it('mails of many clients arrive once each, over a few connections', async () => {
    const server = mailServer({ keywords });
    const pool = testPool(server.connector, { pool: { max: 3 } });
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        await using smtp = await pool.connect();
        const to = [`box${i}@x.test`, `other${i}@x.test`];
        const { accepted } = await smtp.sendRaw({ from: 'a@x.test', to }, mail(`nonce ${i}`));
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
});
