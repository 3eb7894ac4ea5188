// names(), whois() and topic() over a scripted server: answers with labels and without, odd answers, refusals.
import { describe, expect, it } from 'vitest';
import { names, topic, whois } from '../src/index.ts';
import { ALL_CAPS, lines, open, outcome } from './wire.ts';

/** A client whose server gives these lines as the answer to one command. */
async function answering(command: string, ...answer: string[]) {
  const opened = await open();
  opened.peer.expect(lines(command, 'PING f1')).sendLines(...answer, 'PONG irc.test f1');
  return opened;
}

describe('names', () => {
  it('gives the members of a channel that the client is not in, with their modes', async () => {
    const { peer, client } = await open(ALL_CAPS);
    peer
      .expect(lines('@label=f1 NAMES #a'))
      .sendLines(
        '@label=f1 :irc.test BATCH +n labeled-response',
        '@batch=n :irc.test 353 me = #a :@+alice!al@one.test bob',
        '@batch=n :irc.test 353 me = #a :~carol!c@three.test',
        '@batch=n :irc.test 366 me #a :End of NAMES',
        ':irc.test BATCH -n',
      );
    expect(await names(client, '#a')).toEqual([
      { nick: 'alice', user: 'al', host: 'one.test', modes: 'ov' },
      { nick: 'bob', user: '', host: '', modes: '' },
      { nick: 'carol', user: 'c', host: 'three.test', modes: 'q' },
    ]);
    expect(client.channels.size).toBe(0);
  });

  it('gives nobody for a channel that is not there', async () => {
    const { client } = await answering('NAMES #none', ':irc.test 366 me #none :End of NAMES');
    expect(await names(client, '#none')).toEqual([]);
  });

  it('leaves out the members of other channels', async () => {
    const { client } = await answering(
      'NAMES #A[',
      ':me!m@x JOIN #other',
      ':irc.test 353 me = #other :@mallory',
      ':irc.test 366 me #other :End of NAMES',
      ':irc.test 353 me = #a{ :alice',
      ':irc.test 366 me #a{ :End of NAMES',
    );
    expect((await names(client, '#A[')).map(({ nick }) => nick)).toEqual(['alice']);
  });
});

describe('whois', () => {
  it('gives what the server tells, typed', async () => {
    const { client } = await answering(
      'WHOIS alice',
      ':irc.test 311 me Alice al one.test * :Alice A',
      ':irc.test 319 me Alice :@#a +#b',
      ':irc.test 319 me Alice :#c',
      ':irc.test 312 me Alice irc.test :A test server',
      ':irc.test 301 me Alice :lunch',
      ':irc.test 313 me Alice :is an IRC operator',
      ':irc.test 330 me Alice alicia :is logged in as',
      ':irc.test 671 me Alice :is using a secure connection',
      ':irc.test 335 me Alice :is a bot',
      ':irc.test 317 me Alice 12 1767225600 :seconds idle, signon time',
      ':irc.test 318 me Alice :End of WHOIS',
    );
    const { messages, ...told } = (await whois(client, 'alice')) ?? { messages: [] };
    expect(told).toEqual({
      nick: 'Alice',
      user: 'al',
      host: 'one.test',
      realname: 'Alice A',
      account: 'alicia',
      away: 'lunch',
      server: 'irc.test',
      serverInfo: 'A test server',
      channels: [
        { name: '#a', modes: 'o' },
        { name: '#b', modes: 'v' },
        { name: '#c', modes: '' },
      ],
      idleMs: 12_000,
      signedOnAtMs: 1_767_225_600_000,
      isOperator: true,
      isSecure: true,
      isBot: true,
    });
    expect(messages).toHaveLength(11);
  });

  it('leaves out what the server does not tell, or tells oddly', async () => {
    const { client } = await answering(
      'WHOIS bob',
      ':irc.test 311 me bob',
      ':irc.test 317 me bob soon :seconds idle',
      ':irc.test 319 me',
      ':irc.test 318 me bob :End of WHOIS',
    );
    expect(await whois(client, 'bob')).toMatchObject({
      nick: 'bob',
      user: '',
      host: '',
      realname: undefined,
      idleMs: undefined,
      signedOnAtMs: undefined,
      channels: [],
      isOperator: false,
    });
  });

  it('takes nothing of what is told about others', async () => {
    const { client } = await answering(
      'WHOIS alice',
      ':irc.test 311 me Alice al one.test * :Alice A',
      ':irc.test 330 me mallory root :is logged in as',
      ':irc.test 313 me mallory :is an IRC operator',
      ':irc.test 318 me Alice :End of WHOIS',
    );
    expect(await whois(client, 'alice')).toMatchObject({ user: 'al', account: undefined, isOperator: false });
  });

  it('gives undefined for a nick that is not there, and rejects every other refusal', async () => {
    const { peer, client } = await answering(
      'WHOIS nobody',
      ':irc.test 401 me nobody :No such nick',
      ':irc.test 318 me nobody :End of WHOIS',
    );
    expect(await whois(client, 'nobody')).toBeUndefined();
    peer.expect(lines('WHOIS bob', 'PING f2')).sendLines(':irc.test 263 me WHOIS :Slow', 'PONG irc.test f2');
    expect(await outcome(whois(client, 'bob'))).toMatchObject({ code: 'server', server: { code: '263' } });
  });
});

describe('topic', () => {
  it('gives the text, who set it and when', async () => {
    const { client } = await answering(
      'TOPIC #a',
      ':irc.test 332 me #a :Fair winds',
      ':irc.test 333 me #a alice!al@one.test 1767225600',
    );
    expect(await topic(client, '#a')).toEqual({
      text: 'Fair winds',
      setBy: { nick: 'alice', user: 'al', host: 'one.test' },
      setAtMs: 1_767_225_600_000,
    });
  });

  it('takes none of another channel', async () => {
    const { client } = await answering(
      'TOPIC #a',
      ':irc.test 332 me #other :Elsewhere',
      ':irc.test 333 me #other mallory!m@m.test 1',
      ':irc.test 331 me #a :No topic is set',
    );
    expect(await topic(client, '#a')).toEqual({ text: '', setBy: undefined, setAtMs: undefined });
  });

  it('gives an empty text if none is set, and rejects a refusal', async () => {
    const { peer, client } = await answering('TOPIC #a', ':irc.test 331 me #a :No topic is set');
    expect(await topic(client, '#a')).toEqual({ text: '', setBy: undefined, setAtMs: undefined });
    peer.expect(lines('TOPIC #b', 'PING f2')).sendLines(':irc.test 442 me #b :No', 'PONG irc.test f2');
    expect(await outcome(topic(client, '#b'))).toMatchObject({ code: 'server', server: { code: '442' } });
  });
});

it.each<[string, (client: Awaited<ReturnType<typeof open>>['client']) => Promise<unknown>]>([
  ['names', (client) => names(client, '#a,#b')],
  ['whois', (client) => whois(client, 'a\r\nQUIT')],
  ['topic', (client) => topic(client, '')],
])('%s refuses what is not one name, and sends nothing', async (_, call) => {
  const { peer, client } = await open();
  expect(await outcome(call(client))).toMatchObject({ code: 'usage', safeToRetry: true });
  await peer.done();
});
