// Why a subscription was refused: asked again as a stream of events, whose refusal has words.
import { mqttSubscribe } from '@fairlead/sdk';
import type { Caller } from '../../../session/calls/caller.ts';
import type { Subscription } from '../subscribe/subscription.ts';

const TIMEOUT_MS = 15_000;

/** The gateway's problem; where the other way works, words that it was the WebSocket. */
export async function refusalOf(caller: Caller, { filters, qos }: Subscription): Promise<unknown> {
  const abort = AbortSignal.timeout(TIMEOUT_MS);
  const query = { topic: [...filters], qos: Number(qos), seconds: 1 };
  try {
    for await (const _ of caller.run('mqttSubscribe', mqttSubscribe, { query, signal: abort })) break;
  } catch (error) {
    return error;
  }
  return new Error(
    'The gateway can subscribe, but the WebSocket to it did not open. A proxy between may keep WebSockets out.',
  );
}
