// What the tests of the modules share: who refused what, and a slow network. It knows no protocol.
import { type FairleadError, isFairleadError } from '@fairlead/errors';
import { type Connector, connect as dial } from '@fairlead/transport';

/** The certificates that must be refused. */
export const BAD_CERTIFICATES = ['otherName', 'expired', 'untrusted'] as const;

/** The `FairleadError` that `promise` rejects with; anything else, success too, fails the test. */
export async function failure(promise: Promise<unknown>): Promise<FairleadError> {
  try {
    await promise;
  } catch (error) {
    if (isFairleadError(error)) return error;
    throw error;
  }
  throw new Error('expected a rejection');
}

/** Whether `value` is exactly these bytes. For megabytes, which `toEqual` would compare for many seconds. */
export function sameBytes(value: unknown, bytes: Uint8Array): boolean {
  if (!(value instanceof Uint8Array) || value.length !== bytes.length) return false;
  return value.every((byte, index) => byte === bytes[index]);
}

/** A connector whose first connection holds back for `ms` what has `text` in it; all others are as quick as ever. */
export function late(text: string, ms: number): Connector {
  const decoder = new TextDecoder();
  let dialled = 0;
  return async (...target) => {
    const transport = await dial(...target);
    dialled += 1;
    if (dialled > 1) return transport;
    const write = transport.write.bind(transport);
    return Object.assign(transport, {
      write: async (bytes: Uint8Array) => {
        if (decoder.decode(bytes).includes(text)) await scheduler.wait(ms);
        return write(bytes);
      },
    });
  };
}
