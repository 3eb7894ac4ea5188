// HelloRetryRequest, which nobody has signed when it is answered: what it can make a client send.
import { concat } from '@fairlead/bytes';
import { memoryConnector } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { expect, it } from 'vitest';
import { overTls } from '../../../src/workerd.ts';
import { readClientHello } from '../../hostile/server/client-hello.ts';
import { handshakeMessage } from '../../hostile/server/encoder.ts';
import { ADDRESS, inTime, makePki } from '../../hostile/trial.ts';

expectNoUnhandledRejection();

const RETRY = Uint8Array.from(
  'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'.match(/../g) ?? [],
  (pair) => Number.parseInt(pair, 16),
);

/** Answers the first hello with a cookie, tells what comes then: the records behind ChangeCipherSpec. */
async function answerTo(
  cookieBytes: number,
): Promise<{ readonly error: unknown; readonly answer: Uint8Array }> {
  const { ca } = await makePki();
  let answer: Uint8Array = new Uint8Array(0);
  const connector = overTls(
    { ca },
    memoryConnector(async (raw) => {
      const hello = readClientHello(((await raw.read()) ?? new Uint8Array(0)).slice(5));
      const retry = handshakeMessage(2, (message) => {
        message.number(0x0303, 2).raw(RETRY);
        message
          .vector(1, (id) => id.raw(hello.sessionId))
          .number(0x1301, 2)
          .number(0, 1);
        message.vector(2, (all) => {
          all.extension(43, (version) => version.number(0x0304, 2));
          all.extension(44, (entry) => entry.vector(2, (cookie) => cookie.raw(new Uint8Array(cookieBytes))));
        });
      });
      for (let at = 0; at < retry.bytes.length; at += 16_384) {
        const part = retry.bytes.subarray(at, at + 16_384);
        await raw.write(concat([Uint8Array.of(22, 3, 3, part.length >> 8, part.length & 0xff), part]));
      }
      for (let bytes = await raw.read(); bytes !== undefined; bytes = await raw.read()) {
        answer = concat([answer, bytes]);
        if (answer.length > cookieBytes) raw.end();
      }
    }),
  );
  const error = await inTime(
    connector(ADDRESS, { tls: 'implicit', connectTimeoutMs: 3_000 }).catch((reason: unknown) => reason),
  );
  return { error, answer };
}

it('a cookie that leaves no room for the other extensions is refused, and nothing malformed is sent', async () => {
  const { error, answer } = await answerTo(65_440);
  expect(error).toMatchObject({ code: 'tls_failed', reason: 'protocol' });
  // ChangeCipherSpec and a fatal alert.
  expect([...answer]).toEqual([20, 3, 3, 0, 1, 1, 21, 3, 3, 0, 2, 2, 80]);
});

it('a long cookie comes back whole', async () => {
  const { answer } = await answerTo(60_000);
  // ChangeCipherSpec, then the hello in records of 16 KiB.
  expect([...answer.subarray(0, 6)]).toEqual([20, 3, 3, 0, 1, 1]);
  const parts: Uint8Array[] = [];
  for (let at = 6; at < answer.length; ) {
    const length = ((answer[at + 3] ?? 0) << 8) | (answer[at + 4] ?? 0);
    if (answer[at] === 22) parts.push(answer.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  expect(readClientHello(concat(parts)).extensions.get(44)?.length).toBe(60_002);
});
