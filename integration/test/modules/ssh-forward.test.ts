// SSH: connections through a server, to ports and to Unix sockets. Other clients, another SSH among them, run on them.
import { connect as connectPostgres } from '@fairlead/postgres';
import { connect as connectRedis } from '@fairlead/redis';
import { connect as connectSmtp } from '@fairlead/smtp';
import { connect, type SshClient } from '@fairlead/ssh';
import type { Transport } from '@fairlead/transport';
import { describe, expect, inject, it } from 'vitest';
import { newBox, receivedText } from './mailbox.ts';
import { account, login, namesOf, SHELL_SERVERS, someBytes, textOf } from './ssh.ts';
import { failure, sameBytes } from './support.ts';

const { openssh, postgres, redis, postfix, sshKeys } = inject('servers');
const OPENSSH = ['9.2', '10.0', '10.6'] as const;

/** Sends `bytes`, and reads until as many have come back. */
async function echoed(transport: Transport, bytes: Uint8Array): Promise<Uint8Array> {
  const [, answer] = await Promise.all([transport.write(bytes), read(transport, bytes.length)]);
  return answer;
}

async function read(transport: Transport, length: number): Promise<Uint8Array> {
  const answer = new Uint8Array(length);
  let count = 0;
  while (count < length) {
    const chunk = await transport.read();
    if (chunk === undefined) throw new Error(`the end came after ${count} bytes`);
    answer.set(chunk, count);
    count += chunk.length;
  }
  return answer;
}

describe.each(OPENSSH)('through OpenSSH %s', (version) => {
  const at = login(openssh[version].port);

  it('a port: 1 MiB to an echo and back', async () => {
    await using ssh = await connect(at);
    await using transport = await ssh.forward('127.0.0.1', 7);
    const bytes = someBytes(1_048_576);
    expect(sameBytes(await echoed(transport, bytes), bytes)).toBe(true);
  });

  it('a Unix socket: the same', async () => {
    await using ssh = await connect(at);
    await using transport = await ssh.forwardSocket('/tmp/echo.sock');
    const bytes = someBytes(1_048_576);
    expect(sameBytes(await echoed(transport, bytes), bytes)).toBe(true);
  });

  it('the end of our direction is passed on, and theirs comes back', async () => {
    await using ssh = await connect(at);
    await using transport = await ssh.forward('127.0.0.1', 7, { allowHalfOpen: true });
    await transport.write(new TextEncoder().encode('ahoy'));
    await transport.closeWrite();
    expect(textOf(await read(transport, 4))).toBe('ahoy');
    expect(await transport.read()).toBeUndefined();
  });

  it.each([
    ['a port where nobody listens', (ssh: SshClient) => ssh.forward('127.0.0.1', 1)],
    ['a socket that is not there', (ssh: SshClient) => ssh.forwardSocket('/tmp/nobody.sock')],
  ])('%s is `connect_failed`, and the connection goes on', async (_what, forward) => {
    await using ssh = await connect(at);
    expect((await failure(forward(ssh))).code).toBe('connect_failed');
    await ssh.ping();
  });

  it('a port at the server comes back here', async () => {
    await using ssh = await connect(at);
    await using listener = await ssh.listen({ port: 0 });
    expect(listener.port).toBeGreaterThan(1023);
    const visit = `exec 3<> /dev/tcp/127.0.0.1/${listener.port}; echo ahoy >&3; cat <&3`;
    const process = await ssh.exec(`bash -c '${visit}'`);
    for await (const transport of listener) {
      const heard = textOf(await read(transport, 5));
      await transport.write(new TextEncoder().encode(`heard ${heard}`));
      await transport.close();
      break;
    }
    expect(textOf((await process.output()).stdout)).toBe('heard ahoy\n');
  });

  it('another SSH, by its connector', async () => {
    await using bastion = await connect(at);
    const inner = { ...account(openssh['10.0'].internal.port), hostname: openssh['10.0'].internal.host };
    const knownHosts = `[${inner.hostname}]:${inner.port} ${sshKeys.host.ed25519.publicKey}\n`;
    const { privateKey } = sshKeys.user.ed25519;
    await using ssh = await connect({ ...inner, knownHosts, privateKey, connector: bastion.connector });
    const process = await ssh.exec('echo "$SSH_CONNECTION"');
    expect(textOf((await process.output()).stdout)).toContain(` ${inner.hostname} ${inner.port}\n`);
  });
});

describe.each(namesOf(SHELL_SERVERS))('clients through a bastion: %s', (name) => {
  const at = login(SHELL_SERVERS[name]);

  it('Postgres', async () => {
    await using bastion = await connect(at);
    const { host: hostname, port } = postgres.good.internal;
    await using client = await connectPostgres({
      hostname,
      port,
      username: 'scram',
      password: 'scram-password',
      database: 'fairlead',
      tls: false,
      connector: bastion.connector,
    });
    const { rows } = await client.query('select count(*)::int as count from harbours');
    expect(rows).toHaveLength(1);
    // More than a window of the channel.
    const large = await client.query("select repeat('x', 3000000) as text");
    expect(JSON.stringify(large.rows).length).toBeGreaterThan(3_000_000);
  });

  it('Redis', async () => {
    await using bastion = await connect(at);
    const { host: hostname, port } = redis.good.internal;
    const options = {
      hostname,
      port,
      username: 'app',
      password: 'app-password',
      connector: bastion.connector,
    };
    await using client = await connectRedis({ ...options, tls: false });
    const key = `ssh:${crypto.randomUUID()}`;
    await client.send('SET', key, 'ahoy', 'EX', '60');
    expect(await client.send('GET', key)).toBe('ahoy');
  });

  it('SMTP', async () => {
    await using bastion = await connect(at);
    const { host: hostname, port } = postfix.internal;
    await using client = await connectSmtp({
      hostname,
      port,
      username: 'app',
      password: 'app-password',
      tls: false,
      authWithoutTls: 'challenge',
      connector: bastion.connector,
    });
    const box = newBox();
    await client.sendRaw({ from: 'app@mail.test', to: box }, 'Subject: Ahoy\r\n\r\nThrough a bastion.\r\n');
    expect(await receivedText(postfix.mailboxUrl, box)).toContain('Through a bastion.');
  });
});

it('TLS inside a channel is refused', async () => {
  await using bastion = await connect(login(openssh['10.0'].port));
  const { host: hostname, port } = postgres.good.internal;
  const account_ = { username: 'scram', password: 'scram-password', database: 'fairlead' };
  const error = await failure(
    connectPostgres({ hostname, port, ...account_, tls: true, connector: bastion.connector }),
  );
  expect(error.code).toMatch(/^(usage|tls_failed)$/);
});
