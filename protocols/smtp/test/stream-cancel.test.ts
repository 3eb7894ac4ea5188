// The streams of mails that are not sent: each is cancelled, whichever step has failed.
import { FairleadError } from '@fairlead/errors';
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { compose, type Mail, send, sendMail } from '../src/mime/index.ts';
import { logIn, TARGET } from './support/talk.ts';

/** A stream without an end, and whether it was cancelled. */
function watched(pull?: (controller: ReadableStreamDefaultController<Uint8Array>) => void) {
  const state = { cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: pull ?? ((controller) => controller.enqueue(new Uint8Array(100).fill(65))),
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { state, stream };
}

function mailWith(...streams: ReadableStream<Uint8Array>[]): Mail {
  return {
    from: 'a@x.test',
    to: 'b@y.test',
    text: 'x',
    attachments: streams.map((content) => ({ content })),
  };
}

const unreachable = async (): Promise<never> => {
  throw new FairleadError('connect_failed', 'refused');
};
const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'sent',
    (error: unknown) => (error as FairleadError).code,
  );

describe('the stream of a file is cancelled', () => {
  it.each<[string, (mail: Mail) => Promise<unknown>, string]>([
    ['no server answers', (mail) => send(mail, TARGET, { connector: unreachable }), 'connect_failed'],
    ['the target is wrong', (mail) => send(mail, 'http://x'), 'usage'],
    ['the signal has fired', (mail) => send(mail, TARGET, { signal: AbortSignal.abort() }), 'aborted'],
  ])('where %s', async (_name, call, code) => {
    const { state, stream } = watched();
    expect(await codeOf(call(mailWith(stream)))).toBe(code);
    expect(state.cancelled).toBe(true);
  });

  it('where the connection is closed, or the call aborted before its turn', async () => {
    await using peer = logIn(scriptedPeer()).expectLine('QUIT').close();
    const smtp = await connect(TARGET, { connector: peer.connector });
    const [first, second, third] = [watched(), watched(), watched()];
    const signal = AbortSignal.abort();
    expect(await codeOf(sendMail(smtp, mailWith(first.stream), { signal }))).toBe('aborted');
    await smtp.close();
    expect(await codeOf(sendMail(smtp, mailWith(second.stream)))).toBe('closed');
    expect(await codeOf(smtp.sendRaw({ from: 'a@x.test', to: ['b@y.test'] }, third.stream))).toBe('closed');
    expect([first, second, third].map(({ state }) => state.cancelled)).toEqual([true, true, true]);
  });

  it('where another file fails, or is waited for', async () => {
    const failing = watched((controller) => controller.error(new Error('no such file')));
    const behind = watched();
    const sign = async () => new Uint8Array(0);
    expect(await codeOf(compose(mailWith(failing.stream, behind.stream), { sign }))).toBe('usage');
    expect(behind.state.cancelled).toBe(true);

    const stalled = watched(() => undefined);
    const { body } = await compose(mailWith(stalled.stream));
    const pieces = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    for (let n = 0; n < 3; n += 1) await pieces.next();
    const waiting = pieces.next();
    await pieces.return?.();
    await waiting;
    expect(stalled.state.cancelled).toBe(true);
  });

  it('but a locked one is refused, and leaves the connection open', async () => {
    await using peer = logIn(scriptedPeer())
      .expectLine('NOOP')
      .sendLines('250 Ok')
      .expectLine('QUIT')
      .close();
    const smtp = await connect(TARGET, { connector: peer.connector });
    const { stream } = watched();
    stream.getReader();
    expect(await codeOf(smtp.sendRaw({ from: 'a@x.test', to: ['b@y.test'] }, stream))).toBe('usage');
    await smtp.noop();
    await smtp.close();
  });
});
