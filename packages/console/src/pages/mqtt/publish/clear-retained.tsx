// Takes a retained message away from the broker: an empty one in its place (MQTT 5 section 3.3.1.3).
import { mqttPublish } from '@fairlead/sdk';
import type { Work } from '../../../browser/async.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { announce } from '../../../ui/feedback/announce.tsx';

/** Asks, and clears. A failure stands in `work`. */
export async function clearRetained(caller: Caller, work: Work, topic: string): Promise<void> {
  const isSure = await confirm({
    title: 'Clear the retained message?',
    body: (
      <p>
        The broker forgets the message that it keeps for <bdi>{visibleText(topic)}</bdi>: later subscribers
        get none. Present ones get an empty message.
      </p>
    ),
    verb: 'Clear',
    isDanger: true,
  });
  if (!isSure) return;
  const body = { topic, payload: '', retain: true, qos: 1 } as const;
  const done = await work.run((signal) => caller.run('mqttPublish', mqttPublish, { body, signal }));
  if (done !== undefined) announce(`Cleared: ${visibleText(topic)}`);
}
