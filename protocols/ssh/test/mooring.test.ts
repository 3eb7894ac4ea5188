// Which channels are open on a pooled connection.
import { seededRandom, splitBytes } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { FrameSplitter, frame } from '../src/mooring/messages/frames.ts';
import { SshTracker } from '../src/mooring/tracker.ts';
import { globalRequestMessage, openMessage } from '../src/wire/channels/encode.ts';
import * as CONNECTION from '../src/wire/numbers/connection.ts';

const numbers = (number: number, ...words: number[]): Uint8Array => {
  const bytes = new Uint8Array(1 + 4 * words.length);
  bytes[0] = number;
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setUint32(1 + 4 * i, word);
  return frame(bytes);
};
const open = (local: number) => frame(openMessage('session', local, 1, 1, () => undefined));
const confirm = (local: number, remote: number) =>
  numbers(CONNECTION.CHANNEL_OPEN_CONFIRMATION, local, remote, 1, 1);
const close = (channel: number) => numbers(CONNECTION.CHANNEL_CLOSE, channel);
const keepAlive = frame(globalRequestMessage('keepalive@openssh.com'));
const failure = numbers(CONNECTION.REQUEST_FAILURE);

describe('a tracker', () => {
  it('is idle when both sides have closed all channels', () => {
    const tracker = new SshTracker();
    expect(tracker.isIdle).toBe(true);
    tracker.sent(open(0));
    tracker.sent(open(1));
    tracker.received(confirm(0, 7));
    tracker.received(numbers(CONNECTION.CHANNEL_OPEN_FAILURE, 1, 4, 0, 0));
    expect(tracker.needsReset).toBe(false);
    tracker.sent(close(7));
    expect([tracker.isIdle, tracker.needsReset]).toEqual([false, true]);
    tracker.received(close(0));
    expect([tracker.isIdle, tracker.needsReset]).toEqual([true, false]);
    expect(tracker.isSpent).toBe(false);
  });

  it('waits for the reply of a request', () => {
    const tracker = new SshTracker();
    tracker.sent(keepAlive);
    expect(tracker.isIdle).toBe(false);
    tracker.received(failure);
    expect(tracker.isIdle).toBe(true);
  });

  it('lends no connection again that listens at the server', () => {
    const tracker = new SshTracker();
    tracker.sent(frame(globalRequestMessage('tcpip-forward')));
    expect(tracker.isSpent).toBe(true);
  });

  it('is told in any pieces', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const random = { mode: 'random', seed, maxChunkBytes: 16 } as const;
      const tracker = new SshTracker();
      for (const piece of splitBytes(Uint8Array.of(...open(0), ...keepAlive), random)) tracker.sent(piece);
      for (const piece of splitBytes(Uint8Array.of(...failure, ...confirm(0, 3), ...close(0)), random))
        tracker.received(piece);
      expect(tracker.isIdle).toBe(false);
      tracker.sent(close(3));
      expect(tracker.isIdle).toBe(true);
    }
  });

  it.each([
    ['a reply that nobody waits for', (tracker: SshTracker) => tracker.received(failure)],
    ['a channel that is not open', (tracker: SshTracker) => tracker.received(close(0))],
    ['a channel that nobody asked for', (tracker: SshTracker) => tracker.received(open(0))],
    [
      'a channel that is open already',
      (tracker: SshTracker) => tracker.sent(Uint8Array.of(...open(0), ...open(0))),
    ],
    ['a key exchange of a borrower', (tracker: SshTracker) => tracker.sent(numbers(20))],
    ['a message without an end', (tracker: SshTracker) => tracker.sent(Uint8Array.of(255, 0, 0, 0))],
    ['an empty message', (tracker: SshTracker) => tracker.sent(new Uint8Array(4))],
  ])('refuses %s', (_what, tell) => {
    expect(() => tell(new SshTracker())).toThrow('SSH: ');
  });
});

it('random bytes are messages, or refused', () => {
  const random = seededRandom(7);
  let taken = 0;
  for (let i = 0; i < 2000; i += 1) {
    const byte = (): number => Math.floor(random() * 256);
    // Lengths that fit are rare among random bytes.
    const message = Uint8Array.from({ length: 1 + Math.floor(random() * 39) }, byte);
    const bytes = random() < 0.8 ? frame(message) : message;
    const tracker = new SshTracker();
    try {
      expect(new FrameSplitter().push(bytes)).toEqual(bytes === message ? [] : [message]);
      if (random() < 0.5) tracker.sent(bytes);
      else tracker.received(bytes);
      taken += 1;
    } catch (error) {
      expect(error).toMatchObject({ name: 'FairleadError', code: 'protocol' });
    }
  }
  expect(taken).toBeGreaterThan(100);
});
