// Attacks on what a caller is promised: that nothing had an effect, and that what came in clear is nobody's word.
import { isFairleadError } from '@fairlead/errors';
import { memoryConnector, toBytes, toText } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { beforeAll, describe, expect, it } from 'vitest';
import { overTls } from '../../src/workerd.ts';
import { ScriptedServer, type StepName, USUAL } from '../hostile/server/server.ts';
import { ADDRESS, attempt, inTime, makePki, type Pki } from '../hostile/trial.ts';

expectNoUnhandledRejection();

let pki: Pki;

beforeAll(async () => {
  pki = await makePki();
});

const ASKING: readonly StepName[] = [...USUAL.slice(0, 3), 'certificate_request', ...USUAL.slice(3)];
const BAD_CERTIFICATE = 42;
const DATA = 23;

/** A server that answers the first data with an alert about the client's certificate, behind so many bytes of its own. */
async function alerted(steps: readonly StepName[], bytes: number) {
  const outcome = await attempt(
    {
      script: { identity: pki.identity, steps },
      after: async (server, raw) => {
        for (;;) {
          const record = await server.records.next();
          if (record === undefined || record.type === DATA) break;
        }
        if (bytes > 0) await server.sendData(new Uint8Array(bytes));
        await server.sendAlert(2, BAD_CERTIFICATE);
        raw.end();
      },
    },
    pki.ca,
  );
  if (outcome.kind !== 'failed') throw new Error('it was accepted');
  return outcome.error;
}

describe('an alert about the certificate of the client', () => {
  it('promises that nothing had an effect where the server asked for one', async () => {
    expect(await alerted(ASKING, 0)).toMatchObject({ alert: 'bad_certificate', safeToRetry: true });
  });

  it('promises nothing where the server never asked', async () => {
    expect(await alerted(USUAL, 0)).toMatchObject({ alert: 'bad_certificate', safeToRetry: false });
  });

  it('promises nothing behind bytes of an answer, though they were too few to be read', async () => {
    expect(await alerted(ASKING, 3)).toMatchObject({ alert: 'bad_certificate', safeToRetry: false });
  });
});

describe('bytes that came in clear before STARTTLS', () => {
  it.each([
    ['text', toBytes('250 injected\r\n'), 'failed'],
    ['a record of data', Uint8Array.of(23, 3, 3, 0, 2, 65, 66), 'failed'],
    ['a warning of TLS', Uint8Array.of(21, 3, 3, 0, 2, 1, 90), 'success'],
    ['the end of TLS', Uint8Array.of(21, 3, 3, 0, 2, 1, 0), 'failed'],
    ['ChangeCipherSpec', Uint8Array.of(20, 3, 3, 0, 1, 1), 'failed'],
  ])('are never read as if they had come inside: %s', async (_what, injected, expected) => {
    const connect = overTls(
      { ca: pki.ca },
      memoryConnector(async (raw) => {
        await raw.write(toBytes('220 go ahead\r\n'));
        await raw.read();
        await raw.write(injected);
        const server = new ScriptedServer(
          { read: async () => (await raw.read())?.slice(), write: (bytes) => raw.write(bytes) },
          { identity: pki.identity },
        );
        if ((await server.play()).kind === 'finished') await server.sendData(toBytes('inside'));
      }),
    );
    const run = async (): Promise<string> => {
      await using transport = await connect(ADDRESS, { tls: 'starttls', connectTimeoutMs: 3_000 });
      expect(toText((await transport.read()) ?? new Uint8Array(0))).toBe('220 go ahead\r\n');
      await transport.write(toBytes('STARTTLS\r\n'));
      // Everything injected is there before TLS begins.
      await new Promise((resolve) => setTimeout(resolve, 20));
      await transport.startTls();
      return toText((await transport.read()) ?? new Uint8Array(0));
    };
    const outcome = await inTime(
      run().catch((error: unknown) => {
        if (!isFairleadError(error)) throw error;
        expect(error.code).toBe('tls_failed');
        return undefined;
      }),
    );
    expect(outcome).toBe(expected === 'success' ? 'inside' : undefined);
  });
});
