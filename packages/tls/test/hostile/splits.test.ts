// A server's handshake cut into pieces at every byte, and ending at every byte.
import type { MemoryServer } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { beforeAll, expect, it } from 'vitest';
import type { Script } from './server/server.ts';
import { attempt, expectRefused, makePki, type Pki } from './trial.ts';

expectNoUnhandledRejection();

let pki: Pki;
let script: Script;
/** How many bytes the server sends up to its Finished. */
let length = 0;

beforeAll(async () => {
  pki = await makePki();
  script = { identity: pki.identity };
  const wire = (bytes: Uint8Array, server: MemoryServer): Promise<void> => {
    length = Math.max(length, bytes.length);
    return server.write(bytes);
  };
  expect((await attempt({ script, wire }, pki.ca)).kind).toBe('success');
});

/** The flight comes first: only it is cut. */
function once(change: (bytes: Uint8Array, server: MemoryServer) => Promise<void>) {
  let isFirst = true;
  return (bytes: Uint8Array, server: MemoryServer): Promise<void> => {
    if (!isFirst) return server.write(bytes);
    isFirst = false;
    return change(bytes, server);
  };
}

/** The signature's length differs from time to time. */
const SLACK = 4;

it('takes a handshake that is cut in two at any byte', async () => {
  for (let at = 1; at < length - SLACK; at++) {
    const wire = once(async (bytes, server) => {
      await server.write(bytes.subarray(0, at));
      await server.write(bytes.subarray(at));
    });
    expect((await attempt({ script, wire }, pki.ca)).kind, `cut at ${at}`).toBe('success');
  }
}, 60_000);

it('takes a handshake byte by byte', async () => {
  const wire = async (bytes: Uint8Array, server: MemoryServer): Promise<void> => {
    for (let at = 0; at < bytes.length; at++) await server.write(bytes.subarray(at, at + 1));
  };
  expect((await attempt({ script, wire }, pki.ca)).kind).toBe('success');
});

it('fails with a typed error where the handshake ends at any byte', async () => {
  for (let at = 0; at < length - SLACK; at++) {
    const wire = once(async (bytes, server) => {
      await server.write(bytes.subarray(0, at));
      server.end();
    });
    expectRefused(await attempt({ script, wire }, pki.ca), `ends at ${at}`);
  }
}, 60_000);

it('takes messages in records of any size, several in one record, padded', async () => {
  for (const fragment of [1, 2, 3, 4, 5, 7, 50, 16_384]) {
    for (const coalesce of [false, true]) {
      for (const padding of [0, 1, 255]) {
        const outcome = await attempt({ script: { ...script, fragment, coalesce, padding } }, pki.ca);
        // Records of a byte or so are more than a handshake may have.
        const isFlood = fragment < 4;
        if (!isFlood) expect(outcome.kind, `${fragment} ${coalesce} ${padding}`).toBe('success');
        else if (outcome.kind === 'failed') expectRefused(outcome, 'fragments');
      }
    }
  }
});

it('waits for a server that says nothing more until its time is up', async () => {
  const marks = Array.from({ length: 24 }, (_, i) => Math.floor((i * length) / 24));
  const outcomes = await Promise.all(
    marks.map((at) => {
      const wire = once((bytes, server) => server.write(bytes.subarray(0, at)));
      return attempt({ script, wire, connectTimeoutMs: 400 }, pki.ca);
    }),
  );
  for (const outcome of outcomes) {
    expect(outcome.kind === 'failed' && outcome.error.code).toBe('connect_timeout');
  }
});

it('gives up on a server that sends a byte now and then', async () => {
  const wire = once(async (bytes, server) => {
    for (let at = 0; at < bytes.length; at++) {
      await server.write(bytes.subarray(at, at + 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  const outcome = await attempt({ script, wire, connectTimeoutMs: 400 }, pki.ca);
  expect(outcome.kind === 'failed' && outcome.error.code).toBe('connect_timeout');
});
