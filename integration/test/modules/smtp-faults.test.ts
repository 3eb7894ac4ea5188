// SMTP: Postfix behind a faulty link. What is safe to send again, and how few round trips a message takes.
import { connect } from '@fairlead/smtp';
import { faultProxyControl } from '@fairlead/testkit';
import { describe, expect, inject, it } from 'vitest';
import { isWhole, newBox, received, receivedText } from './mailbox.ts';
import { failure } from './support.ts';

const { postfix, proxies } = inject('servers');
const control = faultProxyControl(proxies.smtp.controlUrl);
const login = {
  hostname: 'localhost',
  port: proxies.smtp.port,
  username: 'app',
  password: 'app-password',
  tls: false,
  authWithoutTls: 'cleartext',
  mechanisms: ['PLAIN'],
} as const;
const from = 'app@mail.test';
const message = 'Subject: Ahoy\r\nMessage-ID: <1@mail.test>\r\n\r\n.\r\nAhoy\r\n';

async function statusOf(box: string): Promise<number> {
  return (await fetch(`${postfix.mailboxUrl}/${box}`)).status;
}

async function* forever(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(message);
  for (;;) yield new TextEncoder().encode('Ahoy\r\n'.repeat(1_000));
}

describe.each([
  ['BDAT', true],
  ['DATA', false],
])('%s', (_name, chunking) => {
  it('in one-byte segments: the same message', async () => {
    await control.setPlan({ toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } });
    await using client = await connect({ ...login, chunking });
    const box = newBox();
    const { rejected } = await client.sendRaw({ from, to: [box, 'nobody@mail.test'] }, message);
    expect(rejected).toMatchObject([{ address: 'nobody@mail.test', enhanced: '5.1.1' }]);
    const sent = new TextEncoder().encode(message);
    expect(isWhole(await received(postfix.mailboxUrl, box), sent)).toBe(true);
  });

  it('in few round trips, with PIPELINING', async () => {
    await control.setPlan({ toServer: { delayMs: 20 }, toClient: { delayMs: 20 } });
    await using client = await connect({ ...login, chunking });
    await client.noop();
    await control.clearStats();
    await client.sendRaw({ from, to: [newBox(), newBox()] }, message);
    // One for BDAT, which needs no leave to begin, and two for DATA; one more where TCP has cut what was one write. Command
    // by command it would be five.
    expect((await control.stats()).roundTrips).toBeLessThanOrEqual(3);
  });

  it('cut before the end of the message: nothing arrives, and it is safe to send it again', async () => {
    await control.setPlan({ toServer: { cut: { atByte: 100_000, how: 'reset' } } });
    await using client = await connect({ ...login, chunking });
    const box = newBox();
    const error = await failure(client.sendRaw({ from, to: box }, forever()));
    expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    expect(await statusOf(box)).toBe(404);
  });

  it('a lost reply to a whole message: it arrived, and is not safe to send again', async () => {
    await control.setPlan({});
    await control.clearStats();
    await (await connect({ ...login, chunking })).noop();
    const { bytesFromServer } = await control.stats();
    // Behind "250 2.1.0 Ok", "250 2.1.5 Ok", and DATA's "354 End data with <CR><LF>.<CR><LF>".
    const before = chunking ? 28 : 65;
    await control.setPlan({ toClient: { cut: { atByte: bytesFromServer + before + 3, how: 'reset' } } });
    await using client = await connect({ ...login, chunking });
    const box = newBox();
    const error = await failure(client.sendRaw({ from, to: box }, message));
    expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: false });
    expect(await receivedText(postfix.mailboxUrl, box)).toContain('\nAhoy\n');
  });

  it('silence instead of replies ends at the time limit', async () => {
    await control.setPlan({ toServer: { cut: { atByte: 100_000, how: 'stall' } } });
    await using client = await connect({ ...login, chunking, timeoutMs: 500 });
    expect((await failure(client.sendRaw({ from, to: newBox() }, forever()))).code).toBe('timeout');
  });
});
