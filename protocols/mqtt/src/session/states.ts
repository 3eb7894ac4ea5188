// The states of a message with QoS 1 or 2, in both directions, and of a connection, with every legal move between them.
// `docs/states/mqtt.md` is drawn from these tables. They hold names and do nothing.
import {
  AUTH,
  CONNACK,
  DISCONNECT,
  PINGRESP,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBACK,
  UNSUBACK,
} from '../wire/packet-types.ts';

/** Packets with a reason code of 0x80 and above (section 2.4): the packet's type and 16. Small numbers keep lookups fast. */
const CONNACK_REFUSAL = 18;
const PUBACK_REFUSAL = 20;
const PUBREC_REFUSAL = 21;
const PUBCOMP_REFUSAL = 23;

/** The event that an acknowledgement from the broker is. */
export function acknowledgementEvent(type: number, reasonCode: number): number {
  return type | ((reasonCode & 0x80) >> 3);
}

/** By state: the events that may come, and the state behind each. A number is the type of a packet from the broker. */
export type Moves<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Event | number, State>>>>
>;

/**
 * The state behind an event of this side's.
 * @throws Error where the table has no such move: the client is at fault.
 */
export function move<State extends string, Event extends string>(
  moves: Moves<State, Event>,
  state: State,
  event: Event,
): State {
  const next = moves[state][event];
  if (next === undefined) throw new Error(`No move "${event}" from ${state}`);
  return next;
}

/** A message to the broker (section 4.3, the sender's half). */
export type OutgoingState =
  /** Not sent yet, or to be sent again on a new connection. */
  | 'queued'
  /** QoS 1: PUBLISH was sent. */
  | 'awaitingPuback'
  /** QoS 2: PUBLISH was sent. */
  | 'awaitingPubrec'
  /** QoS 2: the broker has the message, and PUBREL was sent. The payload is not kept any more. */
  | 'awaitingPubcomp'
  /** The broker has the message, or its caller has dropped it before it was sent. */
  | 'finished'
  /** The broker will never take the message: its call rejects, or `onGivenUp` is told. */
  | 'givenUp';

/** What happens to a message to the broker, besides the broker's packets. */
export type OutgoingEvent =
  | 'send with QoS 0'
  | 'send with QoS 1'
  | 'send with QoS 2'
  | 'drop'
  | 'give up'
  | 'new connection'
  | 'session lost'
  | 'PUBACK of MQTT 3.1.1';

/** Moves of a message to the broker. */
export const OUTGOING: Moves<OutgoingState, OutgoingEvent> = {
  queued: {
    'send with QoS 0': 'finished',
    'send with QoS 1': 'awaitingPuback',
    'send with QoS 2': 'awaitingPubrec',
    drop: 'finished',
    'give up': 'givenUp',
  },
  awaitingPuback: {
    [PUBACK]: 'finished',
    [PUBACK_REFUSAL]: 'givenUp',
    'new connection': 'queued',
    'give up': 'givenUp',
  },
  awaitingPubrec: {
    [PUBREC]: 'awaitingPubcomp',
    [PUBREC_REFUSAL]: 'givenUp',
    // RabbitMQ has no QoS 2 and takes the message with QoS 1; MQTT 3.1.1 has no other way to say so.
    'PUBACK of MQTT 3.1.1': 'finished',
    'new connection': 'queued',
    'give up': 'givenUp',
  },
  awaitingPubcomp: {
    [PUBREC]: 'awaitingPubcomp',
    [PUBREC_REFUSAL]: 'finished',
    [PUBCOMP]: 'finished',
    [PUBCOMP_REFUSAL]: 'finished',
    'session lost': 'finished',
    'give up': 'finished',
  },
  finished: {},
  givenUp: {},
};

/** A message from the broker (section 4.3, the receiver's half). */
export type IncomingState =
  /** QoS 1: its subscriptions have it, and not all have acknowledged it. */
  | 'deliveredWithQos1'
  /** QoS 2: its subscriptions have it, and not all have acknowledged it. */
  | 'deliveredWithQos2'
  /** QoS 2: PUBREC was sent, and its packet identifier is stored. */
  | 'awaitingPubrel'
  | 'finished';

/** What happens to a message from the broker, besides the broker's packets. */
export type IncomingEvent = 'acknowledge' | 'refuse' | 'session lost';

/** Moves of a message from the broker. A PUBLISH in one of these states is the same message, which came again. */
export const INCOMING: Moves<IncomingState, IncomingEvent> = {
  deliveredWithQos1: {
    [PUBLISH]: 'deliveredWithQos1',
    // PUBACK is sent.
    acknowledge: 'finished',
    refuse: 'finished',
    'session lost': 'finished',
  },
  deliveredWithQos2: {
    [PUBLISH]: 'deliveredWithQos2',
    // PUBREC is sent.
    acknowledge: 'awaitingPubrel',
    refuse: 'finished',
    [PUBREL]: 'finished',
    'session lost': 'finished',
  },
  awaitingPubrel: {
    [PUBLISH]: 'awaitingPubrel',
    [PUBREL]: 'finished',
    'session lost': 'finished',
  },
  finished: {},
};

/** One connection to the broker, from CONNECT to its end. */
export type ConnectionState =
  /** CONNECT was sent. */
  | 'awaitingConnack'
  /** CONNACK has accepted the connection; the session has not begun to use it. */
  | 'accepted'
  /** The session sends and receives on it. */
  | 'connected'
  | 'closed';

/** Moves of a connection. A packet that a state does not name breaks the protocol and closes the connection. */
export const CONNECTION: Moves<ConnectionState, 'start' | 'end'> = {
  awaitingConnack: {
    [AUTH]: 'awaitingConnack',
    [CONNACK]: 'accepted',
    [CONNACK_REFUSAL]: 'closed',
    [DISCONNECT]: 'closed',
    end: 'closed',
  },
  accepted: { start: 'connected', end: 'closed' },
  connected: {
    [PUBLISH]: 'connected',
    [PUBACK]: 'connected',
    [PUBREC]: 'connected',
    [PUBREL]: 'connected',
    [PUBCOMP]: 'connected',
    [SUBACK]: 'connected',
    [UNSUBACK]: 'connected',
    [PINGRESP]: 'connected',
    [AUTH]: 'connected',
    [DISCONNECT]: 'closed',
    end: 'closed',
  },
  closed: {},
};
