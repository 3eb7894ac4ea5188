// Servers that break the transport layer: each is refused with a typed error, in time, and no promise is left.

import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import * as TRANSPORT from '../src/wire/numbers/transport.ts';
import { testHostKey } from './support/host-key.ts';
import { endOf, losing, serverWith } from './support/hostile-server.ts';
import { message } from './support/raw-session.ts';
import { extInfo, ServerLink, type ServerLinkOptions } from './support/server-link.ts';

expectNoUnhandledRejection();

const IGNORE = message(TRANSPORT.IGNORE, 'x');
const DEBUG = message(TRANSPORT.DEBUG, true, 'x', '');
const PROTOCOL = { code: 'protocol', blame: 'peer' };
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Bytes in place of the server's first packet. */
function firstBytes(...bytes: readonly number[]) {
  return (server: { write(bytes: Uint8Array): Promise<void> }) => {
    void server.write(text('SSH-2.0-Test\r\n'));
    return server.write(Uint8Array.from([...bytes, ...new Array(64).fill(0)]));
  };
}

describe('before the first packet', () => {
  const refused: Readonly<Record<string, [string, string]>> = {
    '100,000 lines': ['x\r\n'.repeat(100_000), '65 lines'],
    'a line without end': ['x'.repeat(100_000), 'longer than 255'],
    'an identification without end': [`SSH-2.0-${'x'.repeat(1_000)}`, 'longer than 255'],
    'a web server': ['HTTP/1.1 400 Bad Request\r\n', 'HTTP/1.1 400'],
    'a mail server': ['220 mail.test ESMTP\r\n', '220 mail.test'],
    'another version': ['SSH-1.5-old\r\n', 'another version'],
    'control characters': ['SSH-9\x1b[2J\r\n', '"SSH-9[2J"'],
  };
  it.each(Object.entries(refused))('%s', async (_name, [sent, words]) => {
    const error = await endOf((server) => server.write(text(sent)));
    expect(error).toMatchObject({ ...PROTOCOL, message: expect.stringContaining(words) });
  });

  it('takes some lines, and ends of lines without CR', async () => {
    const serve = serverWith({ linesBefore: 'hello\nworld\r\n' }, (server) => server.transport.close());
    expect(await endOf(serve)).toBeUndefined();
  });
});

describe('damaged packets, in plain', () => {
  const damaged: Readonly<Record<string, readonly number[]>> = {
    'length 0': [0, 0, 0, 0],
    'length 2^31': [0x80, 0, 0, 0],
    'a length over 256 KiB': [0, 4, 0, 4],
    'no multiple of the block': [0, 0, 0, 13, 4, 20],
    'padding below 4': [0, 0, 0, 12, 3, 20],
    'padding of the whole packet': [0, 0, 0, 12, 11, 20],
    'padding over the packet': [0, 0, 0, 12, 255, 20],
  };
  it.each(Object.entries(damaged))('%s', async (_name, bytes) => {
    const error = await endOf(firstBytes(...bytes));
    expect(error).toMatchObject({ ...PROTOCOL, message: expect.stringContaining('damaged') });
  });
});

describe('damaged packets, encrypted', () => {
  const damaged: Readonly<Record<string, readonly number[]>> = {
    'length 0': [0, 0, 0, 0],
    'length 2^31': [0x80, 0, 0, 0],
    'no multiple of the block': [0, 0, 0, 17],
    'a tag that is not valid': [0, 0, 0, 16],
  };
  it.each(Object.entries(damaged))('%s: one error for all', async (_name, bytes) => {
    const serve = serverWith({}, (_server, transport) =>
      transport.write(Uint8Array.from([...bytes, ...new Array(64).fill(0)])),
    );
    expect(await endOf(serve)).toMatchObject({
      ...PROTOCOL,
      message: 'SSH: A packet is damaged: its length or its authentication code is not valid',
    });
  });

  it('an EXT_INFO that was taken out is found', async () => {
    let drops = false;
    const serve = async (transport: Parameters<Parameters<typeof endOf>[0]>[0]): Promise<void> => {
      const server = await ServerLink.open(
        losing(transport, () => drops),
        { signatureAlgorithms: null },
      );
      drops = true;
      await server.send(extInfo(['ssh-ed25519']));
      drops = false;
      await server.send(message(TRANSPORT.SERVICE_ACCEPT, 'ssh-userauth'));
    };
    expect(await endOf(serve)).toMatchObject(PROTOCOL);
  });
});

describe('strict key exchange', () => {
  const places = ['kexinit', 'reply', 'newkeys'] as const;
  it.each(places)('ends at IGNORE and DEBUG before %s', async (place) => {
    for (const payload of [IGNORE, DEBUG]) {
      expect(await endOf(serverWith({ before: { [place]: [payload] } }))).toMatchObject(PROTOCOL);
    }
  });

  it.each(places)('lets them pass before %s where the server has none', async (place) => {
    const options: ServerLinkOptions = { strict: false, before: { [place]: [IGNORE, DEBUG] } };
    expect(await endOf(serverWith(options, (server) => server.transport.close()))).toBeUndefined();
  });
});

describe('the exchange', () => {
  it('refuses a signature of another key', async () => {
    const other = await testHostKey();
    expect(await endOf(serverWith({ signer: () => other }))).toMatchObject(PROTOCOL);
  });

  it.each([0, 31, 33])('refuses a value of %i bytes', async (length) => {
    expect(await endOf(serverWith({ serverValue: () => new Uint8Array(length) }))).toMatchObject(PROTOCOL);
  });

  it('refuses the value that is all zero', async () => {
    expect(await endOf(serverWith({ serverValue: () => new Uint8Array(32) }))).toMatchObject(PROTOCOL);
  });

  it.each([TRANSPORT.NEWKEYS, TRANSPORT.KEX_ECDH_REPLY, TRANSPORT.EXT_INFO, TRANSPORT.SERVICE_ACCEPT, 94])(
    'refuses message %i in place of KEXINIT, of the reply, of NEWKEYS',
    async (type) => {
      for (const place of ['kexinit', 'reply', 'newkeys'] as const) {
        for (const strict of [true, false]) {
          const payload = message(type, '', '', '');
          expect(await endOf(serverWith({ strict, before: { [place]: [payload] } }))).toMatchObject(PROTOCOL);
        }
      }
    },
  );

  it('refuses NEWKEYS and a reply that nobody asked for', async () => {
    for (const type of [TRANSPORT.NEWKEYS, TRANSPORT.KEX_ECDH_REPLY]) {
      const serve = serverWith({}, (server) => server.send(message(type, '', '', '')));
      expect(await endOf(serve)).toMatchObject(PROTOCOL);
    }
  });

  it('never chooses a signal as the method', async () => {
    const serve = serverWith({
      init: (init) => ({ ...init, keyExchanges: ['ext-info-c', 'kex-strict-c-v00@openssh.com'] }),
    });
    expect(await endOf(serve)).toMatchObject({ ...PROTOCOL, server: { code: 'no_common_algorithm' } });
  });

  it('has no help to give for names that every object has', async () => {
    const serve = serverWith({ init: (init) => ({ ...init, keyExchanges: ['constructor'] }) });
    expect(await endOf(serve)).toMatchObject({
      ...PROTOCOL,
      message: expect.stringMatching(/the server has constructor, this client [\w.,@-]+$/),
    });
  });

  it('drops a wrong guess, and what follows counts', async () => {
    const guess = message(TRANSPORT.KEX_ECDH_REPLY, 'a guess', '', '');
    const serve = serverWith(
      {
        init: (init) => ({ ...init, keyExchanges: ['other', ...init.keyExchanges], guesses: true }),
        before: { reply: [guess] },
      },
      (server) => server.transport.close(),
    );
    expect(await endOf(serve)).toBeUndefined();
  });

  it('tells the words of a DISCONNECT', async () => {
    const goodbye = message(TRANSPORT.DISCONNECT, 12, 'Too many\x1b[2J connections', '');
    for (const place of ['kexinit', 'reply', 'newkeys'] as const) {
      expect(await endOf(serverWith({ before: { [place]: [goodbye] } }))).toMatchObject({
        code: 'server',
        server: { code: '12', message: 'Too many[2J connections' },
      });
    }
  });
});
