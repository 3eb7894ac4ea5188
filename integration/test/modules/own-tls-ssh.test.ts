// TLS of one's own inside an SSH connection: what a bastion forwards it can neither read nor change.
import { connect as connectPostgres } from '@fairlead/postgres';
import { connect as connectRedis } from '@fairlead/redis';
import { connect as connectSmtp } from '@fairlead/smtp';
import { connect } from '@fairlead/ssh';
import { overTls } from '@fairlead/tls';
import { describe, expect, inject, it } from 'vitest';
import { newBox, receivedText } from './mailbox.ts';
import { PRIVATE, recorder, SHOWN, trust } from './own-tls.ts';
import { login, namesOf, SHELL_SERVERS } from './ssh.ts';
import { failure } from './support.ts';

const { postgres, redis, postfix } = inject('servers');
/** Where the servers are for the bastion, their certificates have no name. */
const servername = 'localhost';
const ACCOUNT = { username: 'app', password: 'app-password' } as const;

describe.each(namesOf(SHELL_SERVERS))('through a bastion: %s', (name) => {
  const at = login(SHELL_SERVERS[name]);

  it('Postgres, bound to the TLS connection', async () => {
    await using bastion = await connect(at);
    const { host: hostname, port } = postgres.untrusted.internal;
    const { connector, sessions } = recorder(overTls({ ...PRIVATE, servername }, bastion.connector));
    await using client = await connectPostgres({
      hostname,
      port,
      username: 'scram',
      password: 'scram-password',
      database: 'fairlead',
      channelBinding: 'require',
      connector,
    });
    // More than a window of the channel, and many records.
    const { rows } = await client.query("select repeat('x', 3000000) as text");
    expect(JSON.stringify(rows).length).toBeGreaterThan(3_000_000);
    expect(sessions()).toMatchObject([{ version: 'TLSv1.3' }]);
  });

  it('Redis', async () => {
    await using bastion = await connect(at);
    const { host: hostname } = redis.good.internal;
    const tls = { ca: trust.runCa, servername };
    const connector = overTls({}, bastion.connector);
    await using client = await connectRedis({ hostname, port: 6380, ...ACCOUNT, tls, connector });
    const key = `own-tls:${crypto.randomUUID()}`;
    await client.send('SET', key, 'ahoy', 'EX', '60');
    expect(await client.send('GET', key)).toBe('ahoy');
  });

  it('SMTP by STARTTLS', async () => {
    await using bastion = await connect(at);
    const { host: hostname } = postfix.internal;
    const tls = { ca: trust.runCa, servername, mode: 'starttls' } as const;
    const connector = overTls({}, bastion.connector);
    await using client = await connectSmtp({ hostname, port: 587, ...ACCOUNT, tls, connector });
    const box = newBox();
    await client.sendRaw({ from: 'app@mail.test', to: box }, 'Subject: Ahoy\r\n\r\nSealed in a tunnel.\r\n');
    expect(await receivedText(postfix.mailboxUrl, box)).toContain('Sealed in a tunnel.');
  });

  it('a certificate for another name, and the bastion goes on', async () => {
    await using bastion = await connect(at);
    const { host: hostname, port } = postgres.untrusted.internal;
    const connector = overTls(PRIVATE, bastion.connector);
    const visit = connectPostgres({
      hostname,
      port,
      username: 'scram',
      password: 'scram-password',
      connector,
    });
    const error = await failure(visit);
    expect(error).toMatchObject({ code: 'tls_failed', reason: 'name_mismatch', certificate: SHOWN });
    await bastion.ping();
  });
});
