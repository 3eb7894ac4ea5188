// Pooled connections to a mail server of another hand, by STARTTLS and by TLS from the first byte.
import { connect as dial } from '@fairlead/transport';
import { describe, expect, inject, it } from 'vitest';
import type { Caught } from './servers.ts';
import { testPool } from './support/pool.ts';

const { startTls, implicit, impatient, control } = inject('mail');
const ports = { startTls, implicit, impatient };

async function caught(to: string): Promise<Caught[]> {
  return (await fetch(`${control}/${encodeURIComponent(to)}`)).json();
}

describe.each([
  ['STARTTLS', 'startTls', 'starttls'],
  ['TLS from the first byte', 'implicit', true],
  ['a server that ends idle connections', 'impatient', 'starttls'],
] as const)('by %s', (_, server, tls) => {
  it('sends mails one after another, with its pauses', async () => {
    const pool = testPool(dial, { hostname: 'localhost', port: ports[server], tls, pool: { max: 2 } });
    for (let i = 0; i < 6; i++) {
      const to = `box-${crypto.randomUUID()}@x.test`;
      await using smtp = await pool.connect();
      const { rejected } = await smtp.sendRaw(
        { from: 'a@x.test', to: [to, 'nobody@x.test'] },
        `Subject: ${i}\r\n\r\n.\r\n`,
      );
      expect(rejected).toMatchObject([{ address: 'nobody@x.test', code: 550 }]);
      const [mail, ...others] = await caught(to);
      expect(others).toEqual([]);
      expect(mail).toMatchObject({ to: [to], user: 'app', tls: true });
      expect(atob(mail?.raw ?? '')).toBe(`Subject: ${i}\r\n\r\n.\r\n`);
      if (i % 2 === 1) await new Promise((resolve) => setTimeout(resolve, 500));
    }
  });
});
