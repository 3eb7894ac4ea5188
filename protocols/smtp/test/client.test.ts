// The client over scripted servers: opening, sending both ways, partial refusals, reuse, streams that fail, limits.
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { type Body, connect } from '../src/index.ts';
import { logIn, OFFERS, TARGET } from './support/talk.ts';

const CHUNKING = [...OFFERS, 'CHUNKING'];
const ENVELOPE = { from: 'a@x.test', to: 'b@y.test' };
const OK = '250 2.0.0 Ok: queued as 1';

async function open(peer: ReturnType<typeof scriptedPeer>) {
  return connect(TARGET, { connector: peer.connector });
}

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

describe('opening', () => {
  it('turns TLS on, forgets what was said before, and logs in', async () => {
    await using peer = logIn(scriptedPeer()).expectLine('QUIT').sendLines('221 2.0.0 Bye').close();
    const smtp = await open(peer);
    expect(smtp.peer).toEqual({ hostname: 'mx.test', port: 587, tls: true });
    expect(smtp.server).toMatchObject({ greeting: 'mx.test ESMTP', mechanism: 'PLAIN' });
    expect(smtp.server.capabilities).toMatchObject({
      startTls: false,
      size: 10240000,
      dsn: true,
      auth: ['PLAIN', 'LOGIN'],
    });
    await smtp.close();
    await peer.done();
  });
});

describe('sendRaw by DATA', () => {
  it('pipelines the envelope and stuffs dots', async () => {
    await using peer = logIn(scriptedPeer())
      .expect('MAIL FROM:<a@x.test> SIZE=26\r\nRCPT TO:<b@y.test>\r\nDATA\r\n')
      .send('250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 Go on\r\n')
      .expect('Subject: x\r\n\r\n..\r\n..hidden\r\n.\r\n')
      .sendLines(OK);
    await using smtp = await open(peer);
    const result = await smtp.sendRaw(ENVELOPE, 'Subject: x\n\n.\r\n.hidden');
    expect(result).toEqual({ accepted: ['b@y.test'], rejected: [], response: OK });
    await peer.done();
  });
});

describe('sendRaw by BDAT', () => {
  it('sends envelope and message in one write', async () => {
    await using peer = logIn(scriptedPeer(), CHUNKING)
      .expect('MAIL FROM:<a@x.test> SIZE=17\r\nRCPT TO:<b@y.test>\r\nBDAT 17 LAST\r\nSubject: x\r\n\r\n.\r\n')
      .send(`250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n${OK}\r\n`);
    await using smtp = await open(peer);
    expect(await smtp.sendRaw(ENVELOPE, 'Subject: x\n\n.')).toMatchObject({ accepted: ['b@y.test'] });
    await peer.done();
  });

  it('streams', async () => {
    await using peer = logIn(scriptedPeer(), CHUNKING)
      .expect('MAIL FROM:<a@x.test> BODY=8BITMIME\r\nRCPT TO:<b@y.test>\r\n')
      .send(`250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n`)
      .expect('BDAT 17 LAST\r\nSubject: x\r\n\r\nb\r\n')
      .sendLines(OK);
    await using smtp = await open(peer);
    const body: Body = pieces('Subj', 'ect: x\r', '\n\n', 'b');
    expect(await smtp.sendRaw(ENVELOPE, body)).toMatchObject({ accepted: ['b@y.test'] });
    await peer.done();
  });
});
