// `docs/states/mqtt.md` is drawn from the tables of states; `UPDATE_STATES=1` writes it anew.
import { drawStates, expectDrawnPage, reachableStates, type StateTable } from '@fairlead/testkit/states';
import { describe, expect, it } from 'vitest';
import { CONNECTION, INCOMING, OUTGOING } from '../src/session/states.ts';

const DOCUMENT = import.meta.resolve('../../../docs/states/mqtt.md');

/** The names of packet types (MQTT 5 section 2.1.2), by number. */
const PACKETS =
  ',CONNECT,CONNACK,PUBLISH,PUBACK,PUBREC,PUBREL,PUBCOMP,SUBSCRIBE,SUBACK,UNSUBSCRIBE,UNSUBACK,PINGREQ,PINGRESP,DISCONNECT,AUTH'.split(
    ',',
  );

function eventName(key: string): string {
  const number = Number(key);
  if (Number.isNaN(number)) return key;
  return number < 16 ? `${PACKETS[number]}` : `${PACKETS[number - 16]}, reason code 0x80 and above`;
}

const PAGE = `# States of MQTT

The client's state machines, drawn from the tables in \`protocols/mqtt/src/session/states.ts\` by
\`protocols/mqtt/test/states.node.test.ts\` (\`UPDATE_STATES=1\` writes this page anew). Section numbers are those of
MQTT 5.0. Packet names are packets from the broker; other words are events on the client's side.

## A message to the broker

Section 4.3, the sender's half. A message with QoS 0 has no state once it is sent. An acknowledgement that a state does not
name breaks the protocol: the message is given up, and the connection ends.

${drawStates(OUTGOING, { start: 'queued', eventName })}

## A message from the broker

Section 4.3, the receiver's half. A message with QoS 1 begins as \`deliveredWithQos1\`, one with QoS 2 as
\`deliveredWithQos2\`. PUBLISH in these states is the same message, which the broker sends again. A PUBREL that a state does
not name is answered by PUBCOMP with the reason code 0x92.

${drawStates(INCOMING, { start: ['deliveredWithQos2', 'deliveredWithQos1'], eventName })}

## A connection

A packet that a state does not name breaks the protocol and ends the connection. \`reconnect\` begins a new connection; the
session and its messages outlive it.

${drawStates(CONNECTION, { start: 'awaitingConnack', eventName })}
`;

describe('states', () => {
  it('are drawn in the documentation as the tables have them', () => {
    expectDrawnPage(DOCUMENT, () => PAGE);
  });

  it.each(
    Object.entries<[StateTable, string[]]>({
      OUTGOING: [OUTGOING, ['queued']],
      INCOMING: [INCOMING, ['deliveredWithQos1', 'deliveredWithQos2']],
      CONNECTION: [CONNECTION, ['awaitingConnack']],
    }),
  )('%s: every state is reached, and every state but the last ones is left', (_, [table, first]) => {
    expect(reachableStates(table, first)).toEqual(Object.keys(table).sort());
    const last = Object.keys(table).filter((state) => Object.keys(table[state] ?? {}).length === 0);
    expect(last).toEqual(expect.arrayContaining([expect.stringMatching(/^(finished|closed)$/)]));
  });
});
