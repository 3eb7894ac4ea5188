// Starts the session that the driver asks for, with the password that the driver does not have: takes the driver's first
// packet, and answers with the server's messages from AuthenticationOk on.
import { concat, ReceiveBuffer } from '@fairlead/bytes';
import { type CallLimit, passwordOf, remainingMs } from '@fairlead/client';
import { bounded, FairleadError, type Transport } from '@fairlead/transport';
import { bindingOf, startUp } from '../../connection/open/login.ts';
import { inTime } from '../../connection/open/secure-transport.ts';
import type { Target } from '../../options/target.ts';
import { decodeFirstPacket } from '../../wire/index.ts';

const MAX_BYTES = 524_288;

/**
 * Answers the driver's first packet.
 * @param limit The attempt's, which has dialled already.
 * @returns The bytes for the driver; `undefined` for a cancellation, which has no answer.
 * @throws FairleadError as a login; `usage` when the packet is neither of the two.
 */
export async function greet(
  transport: Transport,
  target: Target,
  packet: Uint8Array,
  limit: CallLimit,
): Promise<Uint8Array | undefined> {
  const first = decodeFirstPacket(packet, 4, packet.length);
  if (first.kind === 'startup') {
    return inTime(transport, limit, start(transport, target, first.parameters, limit));
  }
  if (first.kind === 'cancel-request') {
    transport.write(packet);
    // However the connection ends, the request was sent.
    await bounded(transport.read(), remainingMs(limit));
    await transport.close();
    return undefined;
  }
  throw new FairleadError(
    'usage',
    'The driver began with a packet that is neither a start-up nor a cancellation.',
  );
}

async function start(
  transport: Transport,
  target: Target,
  parameters: ReadonlyMap<string, string>,
  limit: CallLimit,
): Promise<Uint8Array> {
  const frames: Uint8Array[] = [];
  const password = await passwordOf(target.password, limit);
  const secrets = { password, binding: await bindingOf(transport, target) };
  const { starting, answer } = startUp(transport, target, secrets, { parameters, frames, version: '3.0' });
  const buffer = new ReceiveBuffer(MAX_BYTES);
  transport.write(starting.begin());
  while (starting.greeting === undefined) {
    buffer.keep();
    const chunk = await transport.read();
    if (chunk === undefined) starting.end();
    else buffer.push(chunk);
    const step = starting.take(buffer);
    const reply = step !== undefined && !('fallback' in step) ? await answer(step) : undefined;
    if (reply !== undefined) transport.write(reply);
  }
  return concat([...frames, buffer.view()]);
}
