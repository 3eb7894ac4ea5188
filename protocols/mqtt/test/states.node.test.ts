// `docs/states/mqtt.md` is drawn from the tables of states; `UPDATE_STATES=1` writes it anew.
import { drawStates, expectDrawnPage, reachableStates, type StateTable } from '@fairlead/testkit/states';
import { describe, expect, it } from 'vitest';
import * as states from '../src/session/states.ts';

const DOCUMENT = import.meta.resolve('../../../docs/states/mqtt.md');

/** The names of packet types (MQTT 5 section 2.1.2), by number. */
const PACKETS =
  ',CONNECT,CONNACK,PUBLISH,PUBACK,PUBREC,PUBREL,PUBCOMP,SUBSCRIBE,SUBACK,UNSUBSCRIBE,UNSUBACK,PINGREQ,PINGRESP,DISCONNECT,AUTH'.split(
    ',',
  );

/** The names of the constants for states (from 64 on) and for this side's events (from 32 on), by number. */
const NAMES = new Map(
  Object.entries(states).flatMap(([name, value]) => (typeof value === 'number' ? [[value, name]] : [])),
);

/** `AWAITING_PUBACK` as `awaitingPuback`. */
function stateName(state: number): string {
  const words = `${NAMES.get(state)}`.toLowerCase();
  return words.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** `SEND_WITH_QOS_0` as `send with QoS 0`; a packet by its type's name. */
function eventName(event: number): string {
  if (event < states.REFUSAL) return `${PACKETS[event]}`;
  if (event < 2 * states.REFUSAL) return `${PACKETS[event - states.REFUSAL]}, reason code 0x80 and above`;
  const words = `${NAMES.get(event)}`.replace('3_1_1', '3.1.1').replaceAll('_', ' ').toLowerCase();
  return words.replaceAll(/qos|puback|mqtt/g, (word) => (word === 'qos' ? 'QoS' : word.toUpperCase()));
}

/** A table of numbers as one of names. */
function named(table: Readonly<Record<number, Readonly<Record<number, number>>>>): StateTable {
  return Object.fromEntries(
    Object.entries(table).map(([state, moves]) => [
      stateName(Number(state)),
      Object.fromEntries(
        Object.entries(moves).map(([event, target]) => [eventName(Number(event)), stateName(target)]),
      ),
    ]),
  );
}

const OUTGOING = named(states.OUTGOING);
const INCOMING = named(states.INCOMING);
const CONNECTION = named(states.CONNECTION);

const PAGE = `# States of MQTT

The client's state machines, drawn from the tables in \`protocols/mqtt/src/session/states.ts\` by
\`protocols/mqtt/test/states.node.test.ts\` (\`UPDATE_STATES=1\` writes this page anew). Section numbers are those of
MQTT 5.0. Packet names are packets from the broker; other words are events on the client's side.

## A message to the broker

Section 4.3, the sender's half. A message with QoS 0 has no state once it is sent. An acknowledgement that a state does not
name breaks the protocol: the message is given up, and the connection ends.

${drawStates(OUTGOING, { start: 'queued' })}

## A message from the broker

Section 4.3, the receiver's half. A message with QoS 1 begins as \`deliveredWithQos1\`, one with QoS 2 as
\`deliveredWithQos2\`. PUBLISH in these states is the same message, which the broker sends again. A PUBREL that a state does
not name is answered by PUBCOMP with the reason code 0x92.

${drawStates(INCOMING, { start: ['deliveredWithQos2', 'deliveredWithQos1'] })}

## A connection

A packet that a state does not name breaks the protocol and ends the connection. \`reconnect\` begins a new connection; the
session and its messages outlive it.

${drawStates(CONNECTION, { start: 'awaitingConnack' })}
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

  it('and events each have a number of their own', () => {
    const numbers = Object.values(states).filter((value) => typeof value === 'number');
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
