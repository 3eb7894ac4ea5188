// The session of `fairlead.tunnel.v1`: credit, ends, pings, and peers that break the rules.
import { seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { encodeCredit, encodeData, encodeEnd, encodePing } from '../../src/tunnel/frames.ts';
import { INITIAL_CREDIT, MAX_CREDIT, type TunnelEvent, TunnelSession } from '../../src/tunnel/session.ts';

const TOKEN = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const KIB_64 = new Uint8Array(65_536);

function problemOf(event: TunnelEvent): string {
  return event.kind === 'problem' ? `${event.problem.closeCode} ${event.problem.reason}` : event.kind;
}

describe('receiving', () => {
  it('gives data with its cost, and credit back for a quarter of the window', () => {
    const session = new TunnelSession();
    const event = session.receive(encodeData(Uint8Array.of(1, 2)));
    expect(event).toEqual({ kind: 'data', bytes: Uint8Array.of(1, 2), cost: 64 });
    expect(session.consumed(64)).toBeUndefined();
    expect(session.consumed(INITIAL_CREDIT / 4 - 64)).toEqual(encodeCredit(INITIAL_CREDIT / 4));
    expect(session.consumed(64)).toBeUndefined();
  });

  it('announces a larger window', () => {
    const session = new TunnelSession({ windowBytes: 1_048_576 });
    expect(session.opening()).toEqual(encodeCredit(524_288));
    expect(new TunnelSession().opening()).toBeUndefined();
  });

  it('refuses more data than it gave credit for', () => {
    const session = new TunnelSession();
    for (let n = 0; n < 8; n++) expect(session.receive(encodeData(KIB_64)).kind).toBe('data');
    expect(problemOf(session.receive(encodeData(Uint8Array.of(1))))).toBe('1002 more data than credit');
  });

  it('counts tiny frames, so that a flood of them is no more than 8,192', () => {
    const session = new TunnelSession();
    const frame = encodeData(Uint8Array.of(1));
    let count = 0;
    while (session.receive(frame).kind === 'data') count++;
    expect(count).toBe(8192);
  });

  it.each([
    ['a text message', ['hello'], '1003 frames are binary messages'],
    ['an empty frame', [encodeData(new Uint8Array(0))], '1002 a data frame without bytes'],
    ['data behind the end', [encodeEnd(), encodeData(TOKEN)], '1002 data behind the end'],
    ['a second end', [encodeEnd(), encodeEnd()], '1002 a second end'],
    ['a pong without its ping', [encodePing('pong', TOKEN)], '1002 a pong without its ping'],
    ['too much credit at once', [encodeCredit(4_294_967_295)], '1002 more credit than there may be'],
    [
      'too much credit in steps',
      [encodeCredit(MAX_CREDIT - INITIAL_CREDIT), encodeCredit(1)],
      '1002 more credit than there may be',
    ],
  ])('refuses %s, and everything behind it', (_, messages, problem) => {
    const session = new TunnelSession();
    expect(messages.map((message) => problemOf(session.receive(message))).at(-1)).toBe(problem);
    expect(problemOf(session.receive(encodeData(TOKEN)))).toBe(problem);
    expect(session.sendable).toBe(0);
  });

  it('refuses a peer that asks and does not read the answers', () => {
    const session = new TunnelSession({ confirmsDelivery: true });
    let answers = 0;
    while (session.receive(encodePing('ping', TOKEN)).kind === 'reply') {
      answers++;
      if (session.isPingDue) session.ping(TOKEN);
    }
    expect(answers).toBe((1_048_576 + 65_536) / 64);
  });

  it('refuses a window outside its range', () => {
    for (const windowBytes of [0, INITIAL_CREDIT - 1, MAX_CREDIT + 1, Number.NaN, 600_000.5]) {
      expect(() => new TunnelSession({ windowBytes })).toThrow(/windowBytes/);
    }
  });
});

describe('sending', () => {
  it('stops when the credit is used up, and goes on with more', () => {
    const session = new TunnelSession();
    for (let n = 0; n < 8; n++) session.data(KIB_64);
    expect(session.sendable).toBe(0);
    expect(() => session.data(TOKEN)).toThrow(/at most what may be sent/);
    expect(session.receive(encodeCredit(63)).kind).toBe('room');
    expect(session.sendable).toBe(0);
    session.receive(encodeCredit(1));
    expect(session.sendable).toBe(64);
    session.data(Uint8Array.of(1));
    expect(session.sendable).toBe(0);
  });

  it('ends once, and is done when both sides have ended', () => {
    const session = new TunnelSession();
    expect(session.end()).toEqual(encodeEnd());
    expect(session.sendable).toBe(0);
    expect(() => session.end()).toThrow(/ended already/);
    expect(session.isDone).toBe(false);
    expect(session.receive(encodeEnd())).toEqual({ kind: 'end' });
    expect(session.isDone).toBe(true);
  });

  it('believes credit only from a peer that answers the pings among the data', () => {
    const session = new TunnelSession({ confirmsDelivery: true });
    session.receive(encodeCredit(MAX_CREDIT - INITIAL_CREDIT));
    const tokens: Uint8Array[] = [];
    let sent = 0;
    for (; session.sendable > 0; sent += KIB_64.length) {
      session.data(KIB_64);
      if (!session.isPingDue) continue;
      tokens.push(new Uint8Array(8).fill(tokens.length));
      session.ping(new Uint8Array(8).fill(tokens.length - 1));
    }
    expect(sent).toBe(1_048_576);
    expect(session.receive(encodePing('pong', new Uint8Array(8).fill(0))).kind).toBe('room');
    expect(session.sendable).toBe(65_536);
    expect(problemOf(session.receive(encodePing('pong', new Uint8Array(8).fill(7))))).toBe(
      '1002 a pong without its ping',
    );
  });

  it('asks nothing where delivery is not confirmed', () => {
    const session = new TunnelSession();
    session.data(KIB_64);
    session.data(KIB_64);
    session.data(KIB_64);
    expect(session.isPingDue).toBe(false);
    expect(() => session.ping(TOKEN)).toThrow(/confirmsDelivery/);
  });
});

describe('two sides', () => {
  it('never stall and never break a rule, whatever sizes they send and whenever they consume', () => {
    for (let seed = 1; seed <= 20; seed++) expect(copy(seed)).toBe(4_000_000);
  });

  it('never throw, whatever a peer sends', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 2000; round++) {
      const session = new TunnelSession({ confirmsDelivery: random() < 0.5 });
      for (let n = 0; n < 10; n++) {
        session.receive(
          Uint8Array.from({ length: Math.floor(random() * 11) }, (_, at) =>
            Math.floor(random() * (at === 0 ? 6 : 256)),
          ),
        );
      }
    }
  });
});

/** Sends four million bytes from one session to another, over queues that deliver at random moments. */
function copy(seed: number): number {
  const random = seededRandom(seed);
  const gateway = new TunnelSession({ confirmsDelivery: true });
  const client = new TunnelSession({ windowBytes: INITIAL_CREDIT + Math.floor(random() * 1_000_000) });
  const down: Uint8Array[] = [];
  const opening = client.opening();
  const up: Uint8Array[] = opening === undefined ? [] : [opening];
  const unconsumed: number[] = [];
  let left = 4_000_000;
  let received = 0;
  for (let step = 0; step < 200_000 && !client.isDone; step++) {
    const length = Math.min(left, gateway.sendable, 1 + Math.floor(random() ** 4 * 65_536));
    if (length > 0 && random() < 0.7) {
      down.push(gateway.data(new Uint8Array(length)));
      left -= length;
      if (gateway.isPingDue)
        down.push(gateway.ping(Uint8Array.from(TOKEN, () => Math.floor(random() * 256))));
      if (left === 0) down.push(gateway.end());
    }
    const message = random() < 0.6 ? down.shift() : undefined;
    const event = message && client.receive(message);
    if (event?.kind === 'data') {
      received += event.bytes.length;
      unconsumed.push(event.cost);
    } else if (event?.kind === 'reply') up.push(event.frame);
    else if (event?.kind === 'end') client.end();
    else if (event !== undefined) throw new Error(problemOf(event));
    const cost = random() < 0.6 ? unconsumed.shift() : undefined;
    const credit = cost === undefined ? undefined : client.consumed(cost);
    if (credit !== undefined) up.push(credit);
    const answer = random() < 0.6 ? up.shift() : undefined;
    if (answer !== undefined && gateway.receive(answer).kind === 'problem') throw new Error('refused');
  }
  return received;
}
