// The content for LOAD DATA LOCAL, from a caller's stream to the server, with backpressure. It opens no file.
import { Buffer } from 'node:buffer';
import { FairleadError } from '@fairlead/errors';
import type { Driver } from './driver.ts';
import { HEADER_BYTES } from './encode.ts';

/** As much goes into one packet. */
const CHUNK_BYTES = 0x1_0000;

/** Sends the data, and an empty packet behind it. A failure ends the connection, and so undoes what was loaded. */
export async function sendLocalData(driver: Driver, data: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of data) {
      for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
        if (driver.failed) return;
        const part = chunk.subarray(at, at + CHUNK_BYTES);
        const packet = Buffer.allocUnsafe(HEADER_BYTES + part.length);
        packet.set(part, HEADER_BYTES);
        if (!driver.write(packet)) await driver.drained();
      }
    }
    if (!driver.failed) driver.write(Buffer.alloc(HEADER_BYTES));
  } catch (cause) {
    const message =
      'The data for LOAD DATA LOCAL failed; the connection was ended, so that half of it does not stay.';
    driver.fail(new FairleadError('aborted', message, { cause, peer: driver.peer }));
  }
}
