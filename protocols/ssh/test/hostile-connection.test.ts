// Servers and callers that break the connection protocol's bookkeeping: replies without sense, messages that are too long, floods.

import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import { clientOver } from '../src/client.ts';
import type { SshClient } from '../src/index.ts';
import { bareMessage, confirmationMessage, refusalMessage } from '../src/wire/channels/encode.ts';
import * as CONNECTION from '../src/wire/numbers/connection.ts';
import { failureOf, type PlainLink, type PlainPeer, plainPair } from './support/plain-link.ts';
import { message } from './support/raw-session.ts';
import { linkPair } from './support/server-link.ts';

expectNoUnhandledRejection();

const REMOTE = 77;
const LONG = 'x'.repeat(300_000);

function setting(): { readonly ssh: SshClient; readonly peer: PlainPeer; readonly link: PlainLink } {
  const [link, peer] = plainPair();
  const hostKey = { algorithm: '', fingerprint: '' };
  const server = { software: '', hostKey, banner: '', algorithms: link.algorithms };
  return { ssh: clientOver({ link, server }, { keepAliveMs: 15_000, timeoutMs: 2_000 }), peer, link };
}

describe('a reply to listen', () => {
  const replies = { 'port 0': [0, 0, 0, 0], 'port 65,536': [0, 1, 0, 0], 'no port': [] };
  it.each(Object.entries(replies))('with %s ends the connection, and the call', async (_name, port) => {
    const { ssh, peer } = setting();
    const listening = failureOf(ssh.listen({ port: 0 }));
    await peer.expect('global request');
    await peer.send(Uint8Array.of(CONNECTION.REQUEST_SUCCESS, ...port));
    expect(await listening).toMatchObject({ code: 'protocol', blame: 'peer' });
    await ssh.closed;
  });
});

describe('a message that is too long to be sent', () => {
  it('leaves no request behind that takes the reply of another', async () => {
    const { ssh, peer } = setting();
    expect(await failureOf(ssh.listen({ hostname: LONG, port: 80 }))).toMatchObject({ code: 'limit' });
    const pinged = ssh.ping();
    await peer.expect('global request');
    await peer.send(Uint8Array.of(CONNECTION.REQUEST_FAILURE));
    await pinged;
  });

  it('leaves no channel behind', async () => {
    const { ssh } = setting();
    for (let n = 0; n < 1_100; n++) {
      expect(await failureOf(ssh.forwardSocket(LONG))).toMatchObject({
        code: 'limit',
        message: expect.stringContaining('bytes'),
      });
    }
  });

  it('closes the channel of a command', async () => {
    const { ssh, peer } = setting();
    const running = failureOf(ssh.exec(LONG));
    const { remote } = await peer.expect('open');
    await peer.send(confirmationMessage(remote, REMOTE, 1 << 20, 32_768));
    expect(await running).toMatchObject({ code: 'limit' });
    await peer.expect('CLOSE');
    await peer.send(bareMessage(CONNECTION.CHANNEL_CLOSE, remote));
  });
});

it('the words of a refusal cannot turn the direction of the text around them', async () => {
  const { ssh, peer } = setting();
  const refused = failureOf(ssh.exec('x'));
  const { remote } = await peer.expect('open');
  await peer.send(refusalMessage(remote, 1, 'a\u202eb\u2066c\u2028d\u001b[2Je'));
  const { message: words, server } = await refused;
  expect(server?.message).toBe('a b c d [2Je');
  expect(words).toContain('(a b c d [2Je)');
});

describe('a server that does not read', () => {
  it('cannot pile up answers to messages that are unknown', async () => {
    const { link, peer } = setting();
    let answers = 0;
    link.sendUnimplemented = () => {
      answers++;
      return new Promise(() => undefined);
    };
    for (let n = 0; n < 5_000; n++) void peer.send(Uint8Array.of(200));
    await expect.poll(() => answers).toBeGreaterThan(1_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answers).toBeLessThan(1_100);
  });
});

describe('a key exchange of this side', () => {
  it('goes on while the server, which has not seen it, asks for thousands of answers', async () => {
    const [link, server] = await linkPair({}, { rekeyAfterBytes: 10_000 });
    const hostKey = { algorithm: '', fingerprint: '' };
    const info = { software: '', hostKey, banner: '', algorithms: link.algorithms };
    const ssh = clientOver({ link, server: info }, { keepAliveMs: 15_000, timeoutMs: 2_000 });
    for (let n = 0; n < 2_000; n++) void server.send(message(CONNECTION.GLOBAL_REQUEST, 'x', true));
    for (let n = 0; n < 2_000; n++) {
      expect(await server.receive()).toEqual(Uint8Array.of(CONNECTION.REQUEST_FAILURE));
    }
    expect(server.exchanges).toBeGreaterThan(1);
    server.transport.destroy(new Error('the test has ended'));
    await ssh.closed;
  });

  it('that holds back more than may wait ends the connection: what is lost must not stay unseen', async () => {
    const [link, server] = await linkPair({ signatureAlgorithms: null }, { rekeyAfterBytes: 1 });
    const hostKey = { algorithm: '', fingerprint: '' };
    const info = { software: '', hostKey, banner: '', algorithms: link.algorithms };
    const ssh = clientOver({ link, server: info }, { keepAliveMs: 15_000, timeoutMs: 2_000 });
    void server.send(message(CONNECTION.GLOBAL_REQUEST, 'x', false));
    await expect.poll(() => link.isHolding).toBe(true);
    const opened = Array.from({ length: 80 }, () => failureOf(ssh.forwardSocket('x'.repeat(240_000))));
    for (const error of await Promise.all(opened)) {
      expect(error.code).toBe('limit');
    }
    await ssh.closed;
    server.transport.destroy(new Error('the test has ended'));
  });
});
