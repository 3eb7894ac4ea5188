// Tunnels in the subprotocol `fairlead.tunnel.v1`: half-close, waiting in both directions, and callers that break the rules.
import { type MemoryServer, toBytes, toText } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeCredit, encodeData, encodeEnd, encodePing } from '../../src/tunnel/frames.ts';
import { TunnelSession } from '../../src/tunnel/session.ts';
import { type Caller, echo, gateway } from './harness.ts';

const TOKEN = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const KIB_64 = new Uint8Array(65_536);

/** Plays the caller's side by the rules; `received` has the bytes. */
function honest(caller: Caller, onBytes: (count: number) => void = () => {}) {
  const session = new TunnelSession();
  let received = 0;
  let isEnded = false;
  caller.socket.addEventListener('message', ({ data }) => {
    const event = session.receive(new Uint8Array(data as ArrayBuffer));
    if (event.kind === 'reply') caller.send(event.frame);
    if (event.kind === 'end') isEnded = true;
    if (event.kind !== 'data') return;
    received += event.bytes.length;
    onBytes(received);
    const credit = session.consumed(event.cost);
    if (credit !== undefined) caller.send(credit);
  });
  return { session, received: () => received, isEnded: () => isEnded };
}

function dataLength(messages: readonly Uint8Array[]): number {
  return messages
    .map(decodeFrame)
    .reduce((sum, frame) => sum + (frame.type === 'data' ? frame.bytes.length : 0), 0);
}

/** Until nothing has moved for a while. */
async function settled(value: () => number): Promise<number> {
  for (let last = -1; last !== value(); ) {
    last = value();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return value();
}

async function flood(server: MemoryServer): Promise<void> {
  for (;;) await server.write(KIB_64);
}

describe('directions', () => {
  it('end one by one: the caller asks, ends, and gets the whole answer', async () => {
    const caller = await gateway(
      async (server) => {
        const words: string[] = [];
        for (let bytes = await server.read(); bytes !== undefined; bytes = await server.read())
          words.push(toText(bytes));
        await server.write(toBytes(`heard ${words.join('')}`));
        await server.close();
      },
      { allowHalfOpen: true },
    ).framed();
    caller.send(encodeData(toBytes('all of it')));
    caller.send(encodeEnd());
    expect(await caller.closed).toEqual({ code: 1000, reason: 'done up=9 down=15' });
    expect(caller.messages).toEqual([encodeData(toBytes('heard all of it')), encodeEnd()]);
  });

  it('end one by one: the server ends first, and still reads', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const caller = await gateway(async (server) => {
      await server.write(toBytes('go on'));
      await server.closeWrite();
      resolve(toText((await server.read(4)) ?? new Uint8Array()));
      await server.close();
    }).framed();
    await expect.poll(() => caller.messages).toEqual([encodeData(toBytes('go on')), encodeEnd()]);
    caller.send(encodeData(toBytes('more')));
    expect(await promise).toBe('more');
    caller.send(encodeEnd());
    expect(await caller.closed).toEqual({ code: 1000, reason: 'done up=4 down=5' });
  });

  it('carry 20 MB there and back', async () => {
    const caller = await gateway(echo, { allowHalfOpen: true }).framed();
    const side = honest(caller, () => say());
    let left = 20_000_000;
    const say = (): void => {
      while (left > 0 && side.session.sendable > 0) {
        const length = Math.min(left, side.session.sendable);
        caller.send(side.session.data(KIB_64.subarray(0, length)));
        left -= length;
        if (left === 0) caller.send(side.session.end());
      }
    };
    caller.socket.addEventListener('message', say);
    say();
    expect(await caller.closed).toEqual({ code: 1000, reason: 'done up=20000000 down=20000000' });
    expect(side.received()).toBe(20_000_000);
  });
});

describe('waiting', () => {
  it('a caller that gives no credit is sent half a megabyte', async () => {
    const caller = await gateway(flood).framed();
    expect(await settled(() => dataLength(caller.messages))).toBe(524_288);
  });

  it('a caller that gives credit and answers no ping is sent a megabyte', async () => {
    const caller = await gateway(flood).framed();
    caller.send(encodeCredit(60_000_000));
    expect(await settled(() => dataLength(caller.messages))).toBe(1_048_576);
  });

  it('such a caller is told when the time is up, or when nothing has moved for the idle time', async () => {
    const at = gateway(flood);
    const whole = await at.framed('/tcp/tunnel/main?seconds=1');
    const idle = await at.framed('/tcp/tunnel/main?idleSeconds=1');
    expect(await whole.closed).toEqual({ code: 4504, reason: 'timeout up=0 down=524288' });
    expect(await idle.closed).toEqual({ code: 4504, reason: 'idle up=0 down=524288' });
  });

  it('a server that reads nothing gets what the window and its own buffer hold', async () => {
    const caller = await gateway(() => {}).framed();
    const { session } = honest(caller);
    let sent = 0;
    const say = (): void => {
      for (; session.sendable > 0; sent += KIB_64.length) caller.send(session.data(KIB_64));
    };
    caller.socket.addEventListener('message', say);
    say();
    expect(await settled(() => sent)).toBeLessThanOrEqual(524_288 + 262_144 + 131_072);
  });
});

describe('callers that break the rules', () => {
  it.each([
    ['text', ['text'], 1003, 'frames are binary messages'],
    ['an empty message', [new Uint8Array(0)], 1002, 'an empty message'],
    ['an empty data frame', [encodeData(new Uint8Array(0))], 1002, 'a data frame without bytes'],
    ['data behind the end', [encodeEnd(), encodeData(TOKEN)], 1002, 'data behind the end'],
    ['two ends', [encodeEnd(), encodeEnd()], 1002, 'a second end'],
    ['too much credit', [encodeCredit(2 ** 32 - 1)], 1002, 'more credit than there may be'],
    ['a pong of their own', [encodePing('pong', TOKEN)], 1002, 'a pong without its ping'],
    ['an unknown frame', [Uint8Array.of(9)], 1002, 'an unknown type of frame'],
    ['a message of 30 MB', [new Uint8Array(30_000_000)], 1002, 'more data than credit'],
  ])('are told so: %s', async (_, messages, code, why) => {
    const caller = await gateway(() => {}).framed();
    for (const message of messages) caller.send(message);
    expect(await caller.closed).toEqual({ code, reason: `${why} up=0 down=0` });
  });

  it('by a flood of tiny frames to a server that does not read are cut off', async () => {
    const caller = await gateway(() => {}).framed();
    const frame = encodeData(Uint8Array.of(1));
    for (let n = 0; n < 5; n++) caller.send(encodeData(KIB_64));
    for (let n = 0; n < 9000; n++) caller.send(frame);
    expect(await caller.closed).toMatchObject({
      code: 1002,
      reason: expect.stringMatching(/^more data than credit /),
    });
  });

  it('by a flood of pings whose answers they do not confirm are cut off', async () => {
    const caller = await gateway(() => {}).framed();
    const frame = encodePing('ping', TOKEN);
    for (let n = 0; n < 40_000; n++) caller.send(frame);
    expect(await caller.closed).toMatchObject({ code: 1002, reason: expect.stringMatching(/^pings, /) });
  });

  it('and go away end the connection to the server', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const caller = await gateway(async (server) => {
      expect(await server.read()).toBeUndefined();
      resolve();
    }).framed();
    caller.socket.close(1001);
    await promise;
  });
});

describe('servers', () => {
  it('that reset: 4502', async () => {
    const caller = await gateway(async (server) => {
      await server.read();
      server.reset();
    }).framed();
    caller.send(encodeData(TOKEN));
    expect(await caller.closed).toMatchObject({
      code: 4502,
      reason: expect.stringMatching(/^connection_lost up=/),
    });
  });

  it('that refuse what is sent behind their end: 4502', async () => {
    const caller = await gateway(async (server) => {
      await server.closeWrite();
      server.refuseWrites();
    }).framed();
    await expect.poll(() => caller.messages).toEqual([encodeEnd()]);
    caller.send(encodeData(TOKEN));
    expect(await caller.closed).toMatchObject({ code: 4502 });
  });
});
