// TLS of one's own to brokers, mail and chat: an authority that the platform does not know, and certificates of clients.
import { connect as connectImap } from '@fairlead/imap';
import { connect as connectIrc } from '@fairlead/irc';
import { type Client, type ConnectOptions, connect as connectMqtt } from '@fairlead/mqtt';
import { connect as connectSmtp } from '@fairlead/smtp';
import type { TlsOptions } from '@fairlead/transport';
import { describe, expect, inject, it } from 'vitest';
import { mailbox } from './imap.ts';
import { newNick, nextEvent } from './irc.ts';
import { newBox, receivedText } from './mailbox.ts';
import { AS_APP, own, PRIVATE, recorder, SHOWN, trust, WRONG } from './own-tls.ts';
import { failure } from './support.ts';

const { mosquitto, rabbitmq, postfix, ergo, imap, demanding } = inject('servers');
const APP = { username: 'app', password: 'app-password' } as const;
const AS_STRANGER = { ...PRIVATE, ...trust.clients.stranger };

/** One message there and back. */
async function echo(client: Client): Promise<string> {
  const topic = `own-tls/${crypto.randomUUID()}`;
  await using inbox = await client.subscribe(topic, { qos: 1 });
  await client.publish(topic, 'ahoy', { qos: 1 });
  for await (const message of inbox) return message.text();
  throw new Error('the subscription ended');
}

async function mqtt(port: number, options: ConnectOptions): Promise<string> {
  await using client = await connectMqtt(`mqtts://localhost:${port}`, { connector: own, ...options });
  return await echo(client);
}

describe('Mosquitto', () => {
  it('is trusted by its private authority, which the platform refuses', async () => {
    const { connector, sessions } = recorder();
    const port = mosquitto.untrusted.tlsPort;
    expect(await mqtt(port, { ...APP, tls: PRIVATE, connector })).toBe('ahoy');
    expect(sessions()).toMatchObject([{ version: 'TLSv1.3' }]);
    expect((await failure(connectMqtt(`mqtts://localhost:${port}`, APP))).code).toBe('tls_failed');
  });

  it.each(WRONG)('%s: `tls_failed`', async (_what, tls, reason) => {
    const error = await failure(mqtt(mosquitto.untrusted.tlsPort, { ...APP, tls }));
    expect(error).toMatchObject({ code: 'tls_failed', reason, certificate: { issuer: SHOWN.issuer } });
  });

  it('require_certificate: its common name is the user', async () => {
    expect(await mqtt(demanding.mosquitto, { tls: AS_APP })).toBe('ahoy');
  });

  it('require_certificate: none, and one of another authority', async () => {
    const none = await failure(mqtt(demanding.mosquitto, { tls: PRIVATE }));
    expect(none).toMatchObject({ code: 'tls_failed', reason: 'alert', alert: 'certificate_required' });
    expect(none.message).toContain('set tls.cert and tls.key');
    const strange = await failure(mqtt(demanding.mosquitto, { tls: AS_STRANGER }));
    expect(strange).toMatchObject({ code: 'tls_failed', reason: 'alert', alert: 'unknown_ca' });
  });
});

describe('RabbitMQ', () => {
  it.each([4, 5] as const)('MQTT version %i', async (protocolVersion) => {
    const { connector, sessions } = recorder();
    const tls = { ca: trust.runCa };
    expect(await mqtt(rabbitmq.tlsPort, { ...APP, tls, connector, protocolVersion })).toBe('ahoy');
    expect(sessions()).toMatchObject([{ version: 'TLSv1.3' }]);
  });
});

async function send(
  at: { readonly port: number; readonly mailboxUrl: string },
  tls: TlsOptions,
): Promise<string> {
  await using client = await connectSmtp({
    hostname: 'localhost',
    port: at.port,
    ...APP,
    tls: { ...tls, mode: 'starttls' },
    connector: own,
  });
  const box = newBox();
  await client.sendRaw({ from: 'app@mail.test', to: box }, 'Subject: Ahoy\r\n\r\nBy TLS of our own.\r\n');
  return await receivedText(at.mailboxUrl, box);
}

describe('Postfix', () => {
  const at = { port: postfix.refusedPorts.untrusted, mailboxUrl: postfix.mailboxUrl };

  it('is trusted by its private authority, which the platform refuses', async () => {
    expect(await send(at, PRIVATE)).toContain('using TLSv1.3');
    const native = connectSmtp({ hostname: 'localhost', port: at.port, ...APP, tls: 'starttls' });
    expect((await failure(native)).code).toBe('tls_failed');
  });

  it.each(WRONG)('%s: `tls_failed`', async (_what, tls, reason) => {
    const error = await failure(send(at, tls));
    expect(error).toMatchObject({ code: 'tls_failed', reason, certificate: SHOWN });
  });

  it('writes down whose certificate it was shown', async () => {
    const text = await send(demanding.postfix, AS_APP);
    expect(text).toMatch(/Client CN "app", Issuer "Nobody trusts this one" \(verified OK\)/);
  });

  it('smtpd_tls_req_ccert: none', async () => {
    // It goes on with TLS, and says so by its own reply.
    const error = await failure(send(demanding.postfix, PRIVATE));
    expect(error).toMatchObject({ code: 'server', server: { code: '4.7.1' } });
    expect(error.message).toContain('certificate');
  });
});

describe('Dovecot', () => {
  const external = { hostname: 'localhost', port: demanding.dovecot, mechanisms: ['EXTERNAL'] } as const;

  it('EXTERNAL: the certificate is the login', async () => {
    await using client = await connectImap({ ...external, tls: AS_APP, connector: own });
    expect((await client.examine('Thousand')).exists).toBe(1_000);
  });

  it('EXTERNAL: one of another authority is refused', async () => {
    const error = await failure(connectImap({ ...external, tls: AS_STRANGER, connector: own }));
    expect(error).toMatchObject({ code: 'auth' });
  });

  it.each(['Dovecot 2.3', 'Dovecot 2.4', 'Cyrus 3.12', 'Courier 5'] as const)(
    '%s by STARTTLS',
    async (name) => {
      const { connector, sessions } = recorder();
      const tls = { ca: trust.runCa, mode: 'starttls' } as const;
      await using client = await connectImap({
        hostname: 'localhost',
        port: imap[name].clear,
        ...APP,
        tls,
        connector,
      });
      expect((await client.examine(mailbox(name, 'Thousand'))).exists).toBe(1_000);
      expect(sessions()).toMatchObject([{ version: 'TLSv1.3' }]);
    },
  );
});

describe('Ergo', () => {
  const at = { hostname: 'localhost', flood: { intervalMs: 0 }, connector: own } as const;

  it.each(WRONG)('%s: `tls_failed`', async (_what, tls, reason) => {
    const error = await failure(
      connectIrc({ ...at, port: ergo.refusedPorts.untrusted, nick: newNick(), tls }),
    );
    expect(error).toMatchObject({ code: 'tls_failed', reason, certificate: SHOWN });
  });

  it('EXTERNAL: the certificate that the account knows is the login', async () => {
    const tls = { ...AS_APP, ca: trust.runCa };
    const external = {
      ...at,
      port: ergo.tlsPort,
      tls,
      saslMechanism: 'EXTERNAL',
      username: 'bystander',
    } as const;
    const strange = { ...tls, ...trust.clients.stranger };
    expect((await failure(connectIrc({ ...external, tls: strange, nick: newNick() }))).code).toBe('auth');
    const password = { username: 'bystander', password: 'bystander-password' } as const;
    await using teacher = await connectIrc({
      ...at,
      port: ergo.tlsPort,
      tls,
      ...password,
      nick: 'bystander',
    });
    teacher.send('NS', ['CERT', 'ADD']);
    await nextEvent(teacher, 'message', ({ text }) => /added|already/i.test(text));
    await using pupil = await connectIrc({ ...external, nick: newNick() });
    expect(pupil.account).toBe('bystander');
  });
});
