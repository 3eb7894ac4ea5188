// The decoder of the connection protocol: what it reads, cut at each byte, with bytes too many, and a fuzz of all of it.
import { isFairleadError } from '@fairlead/errors';
import { seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { clientOver } from '../src/client.ts';
import { terminalBody } from '../src/exec/pty.ts';
import {
  environmentVariable,
  readChosenPort,
  readForwardedTcpip,
  terminal,
} from '../src/wire/channels/bodies.ts';
import { decodeMessage } from '../src/wire/channels/decode.ts';
import {
  adjustMessage,
  bareMessage,
  confirmationMessage,
  dataMessage,
  globalRequestMessage,
  openMessage,
  refusalMessage,
  requestFailureMessage,
  requestMessage,
} from '../src/wire/channels/encode.ts';
import { readExit } from '../src/wire/channels/exit.ts';
import * as CONNECTION from '../src/wire/numbers/connection.ts';
import { SshWriter } from '../src/wire/ssh-writer.ts';
import { plainPair } from './support/plain-link.ts';

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

function built(write: (writer: SshWriter) => void): Uint8Array {
  const writer = new SshWriter(1 << 16);
  write(writer);
  return writer.take();
}

const extendedData = built((writer) => {
  writer.u8(CONNECTION.CHANNEL_EXTENDED_DATA);
  writer.u32(3);
  writer.u32(1);
  writer.string('oops');
});
const openFailureWithoutLanguage = built((writer) => {
  writer.u8(CONNECTION.CHANNEL_OPEN_FAILURE);
  writer.u32(3);
  writer.u32(2);
  writer.string('no');
});

/** Payloads with what they mean. `tailAt`: where what belongs to the message's type begins, which may be of any length. */
const SAMPLES: readonly { payload: Uint8Array; means: object; tailAt?: number; mayEndAt?: number }[] = [
  { payload: dataMessage(3, bytes('hello')), means: { kind: 'data', channel: 3, data: bytes('hello') } },
  { payload: extendedData, means: { kind: 'extended data', channel: 3, type: 1, data: bytes('oops') } },
  {
    payload: adjustMessage(3, 0xffff_ffff),
    means: { kind: 'window adjust', channel: 3, bytes: 0xffff_ffff },
  },
  { payload: bareMessage(CONNECTION.CHANNEL_EOF, 3), means: { kind: 'EOF', channel: 3 } },
  { payload: bareMessage(CONNECTION.CHANNEL_CLOSE, 3), means: { kind: 'CLOSE', channel: 3 } },
  { payload: bareMessage(CONNECTION.CHANNEL_SUCCESS, 3), means: { kind: 'success', channel: 3 } },
  { payload: bareMessage(CONNECTION.CHANNEL_FAILURE, 3), means: { kind: 'failure', channel: 3 } },
  {
    payload: requestMessage(3, 'env', true, environmentVariable('A', 'b')),
    means: { kind: 'request', channel: 3, name: 'env', wantReply: true },
    tailAt: 13,
  },
  {
    payload: confirmationMessage(3, 4, 5, 6),
    means: { kind: 'open confirmation', channel: 3, remote: 4, window: 5, maxPacket: 6 },
    tailAt: 17,
  },
  {
    payload: refusalMessage(3, 2, 'no'),
    means: { kind: 'open failure', channel: 3, reason: 2, description: 'no' },
    mayEndAt: 15,
  },
  {
    payload: openMessage('x11', 9, 10, 11, () => undefined),
    means: { kind: 'open', type: 'x11', remote: 9, window: 10, maxPacket: 11 },
    tailAt: 20,
  },
  {
    payload: globalRequestMessage('x'),
    means: { kind: 'global request', name: 'x', wantReply: true },
    tailAt: 7,
  },
  {
    payload: Uint8Array.of(81, 1, 2),
    means: { kind: 'request success', body: Uint8Array.of(1, 2) },
    tailAt: 1,
  },
  { payload: requestFailureMessage(), means: { kind: 'request failure' } },
];

describe('the decoder', () => {
  it.each(SAMPLES)('reads $means.kind, and refuses it cut or too long', (sample) => {
    const { payload, means, tailAt, mayEndAt } = sample;
    expect(decodeMessage(payload)).toMatchObject(means);
    for (let length = 1; length < (tailAt ?? payload.length); length++) {
      if (length === mayEndAt) continue;
      expect(() => decodeMessage(payload.subarray(0, length)), String(length)).toThrow('ends');
    }
    const longer = Uint8Array.of(...payload, 7);
    if (tailAt === undefined) expect(() => decodeMessage(longer)).toThrow('too many');
    else expect(decodeMessage(longer)).toMatchObject({ kind: decodeMessage(payload).kind });
  });

  it('does without the language of an open failure, and knows what it does not know', () => {
    expect(decodeMessage(openFailureWithoutLanguage)).toMatchObject({ kind: 'open failure', reason: 2 });
    for (const number of [50, 60, 79, 83, 89, 101, 192, 255]) {
      expect(decodeMessage(Uint8Array.of(number, 1))).toEqual({ kind: 'unknown', number });
    }
  });

  it('reads bodies, and refuses them cut or too long', () => {
    const address = built((writer) => {
      writer.string('localhost');
      writer.u32(8080);
      writer.string('10.0.0.1');
      writer.u32(50_000);
    });
    expect(readForwardedTcpip(address)).toEqual({
      hostname: 'localhost',
      port: 8080,
      originHostname: '10.0.0.1',
      originPort: 50_000,
    });
    for (let length = 0; length < address.length; length++) {
      expect(() => readForwardedTcpip(address.subarray(0, length))).toThrow('ends');
    }
    expect(() => readForwardedTcpip(Uint8Array.of(...address, 0))).toThrow('too many');
    expect(readChosenPort(Uint8Array.of(0, 0, 0x1f, 0x90))).toBe(8080);
    expect(() => readChosenPort(Uint8Array.of(0, 1, 0, 0))).toThrow('port 65536');
    const exit = { kind: 'request', channel: 1, name: 'exit-signal', wantReply: false } as const;
    const signal = built((writer) => {
      writer.string('TERM');
      writer.boolean(false);
      writer.string('bye');
    });
    expect(readExit({ ...exit, body: signal })).toMatchObject({
      signal: 'TERM',
      coreDumped: false,
      message: 'bye',
    });
    for (let length = 0; length < signal.length; length++) {
      expect(() => readExit({ ...exit, body: signal.subarray(0, length) })).toThrow('ends');
    }
  });

  it('writes the modes of a terminal', () => {
    const body = built(terminal('xterm', 80, 24, [[53, 1]]));
    expect([...body.subarray(0, 9)]).toEqual([0, 0, 0, 5, ...bytes('xterm')]);
    expect([...body.subarray(-10)]).toEqual([0, 0, 0, 6, 53, 0, 0, 0, 1, 0]);
    const modes = { VINTR: 9, VDISCARD: 9, IGNPAR: 9, IUTF8: 9, ISIG: 9, PENDIN: 9, OPOST: 9, ONLRET: 9 };
    const all = built(terminalBody({ modes: { ...modes, CS7: 9, PARODD: 9, TTY_OP_OSPEED: 9 } }));
    const opcodes = all.subarray(-11 * 5 - 1).filter((_, at) => at % 5 === 0);
    expect([...opcodes]).toEqual([1, 18, 30, 42, 50, 62, 70, 75, 90, 93, 129, 0]);
  });
});

type Random = () => number;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Flips, cuts or doubles some bytes of a sample. */
function mutate(original: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.of(...original, ...original.subarray(0, below(random, 3)));
  for (let times = below(random, 4); times > 0; times--)
    copy[below(random, copy.length)] = below(random, 256);
  return copy.subarray(0, 1 + below(random, copy.length));
}

describe('a fuzz', () => {
  const rounds = Number(process.env.FUZZ_ROUNDS ?? 20_000);

  it(`of ${rounds} payloads gives messages or errors of the house`, { timeout: 600_000 }, () => {
    const random = seededRandom(15);
    for (let round = 0; round < rounds; round++) {
      const payload = mutate(SAMPLES[below(random, SAMPLES.length)]?.payload ?? bytes('x'), random);
      try {
        const message = decodeMessage(payload);
        if (message.kind === 'request') readExit({ ...message, name: 'exit-signal' });
      } catch (error) {
        if (!isFairleadError(error) || error.code !== 'protocol') throw error;
      }
    }
  });

  it('of a client settles every call', async () => {
    const random = seededRandom(16);
    for (let round = 0; round < 150; round++) {
      const [link, peer] = plainPair();
      const server = {
        software: '',
        hostKey: { algorithm: '', fingerprint: '' },
        banner: '',
        algorithms: link.algorithms,
      };
      const ssh = clientOver({ link, server }, { keepAliveMs: 15_000, timeoutMs: 1_000 });
      const running = ssh.exec('x', { stdin: 'pipe' }).then((process) => process.output());
      await peer.expect('open');
      await peer.send(confirmationMessage(0, 3, 1_000, 1_000));
      for (let sent = 0; sent < 12; sent++) {
        const payload = mutate(SAMPLES[below(random, SAMPLES.length)]?.payload ?? bytes('x'), random);
        // Most are for the channel that is open.
        if ((payload[0] ?? 0) > 90 && payload.length >= 5 && random() < 0.8) payload.fill(0, 1, 5);
        await peer.send(payload).catch(() => undefined);
      }
      peer.transport.end();
      const outcome = await running.catch((error: unknown) => error);
      if (outcome instanceof Error) expect(isFairleadError(outcome), String(outcome)).toBe(true);
      await ssh.closed;
    }
  });
});
