// The states of a message with QoS 1 or 2, in both directions, and of a connection, with every legal move between them.
// `docs/states/mqtt.md` is drawn from these tables. States and events are numbers, so that a move costs one read of an array.
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

/** A packet with a reason code of 0x80 and above (section 2.4) is another event: the packet's type and this. */
export const REFUSAL = 16;

/** By state: the events that may come, and the state behind each. An event below 32 is a packet from the broker. */
export type Moves<State extends number> = Readonly<Record<State, Readonly<Record<number, State>>>>;

/** All tables as one array, by state and event: states are multiples of 64, events are smaller. 0 stands for no move. */
const MOVES = new Uint16Array(1024);

function legal<State extends number>(moves: Moves<State>): Moves<State> {
  for (const [state, row] of Object.entries<Readonly<Record<number, State>>>(moves)) {
    for (const [event, next] of Object.entries(row)) MOVES[Number(state) | Number(event)] = next;
  }
  return moves;
}

/** The state behind an event; 0 where the table has no such move. */
export function stateBehind<State extends number>(state: State, event: number): State | 0 {
  return MOVES[state | event] as State | 0;
}

/**
 * The state behind an event of this side's.
 * @throws Error where the table has no such move: the client is at fault.
 */
export function move<State extends number>(state: State, event: number): State {
  const next = stateBehind(state, event);
  if (next === 0) throw new Error(`No move ${event} from ${state}`);
  return next;
}

// A message to the broker (section 4.3, the sender's half).

/** Not sent yet, or to be sent again on a new connection. */
export const QUEUED = 64;
/** QoS 1: PUBLISH was sent. */
export const AWAITING_PUBACK = 128;
/** QoS 2: PUBLISH was sent. */
export const AWAITING_PUBREC = 192;
/** QoS 2: the broker has the message, and PUBREL was sent. The payload is not kept any more. */
export const AWAITING_PUBCOMP = 256;
/** The receiver has the message, or its caller has dropped it before it was sent. */
export const FINISHED = 320;
/** The broker will never take the message: its call rejects, or `onGivenUp` is told. */
export const GIVEN_UP = 384;

/** How far a message to the broker has come. */
export type OutgoingState =
  | typeof QUEUED
  | typeof AWAITING_PUBACK
  | typeof AWAITING_PUBREC
  | typeof AWAITING_PUBCOMP
  | typeof FINISHED
  | typeof GIVEN_UP;

// What happens to a message to the broker, besides the broker's packets.

/** PUBLISH is sent, and nothing answers it. The numbers of the QoS follow each other. */
export const SEND_WITH_QOS_0 = 32;
/** PUBLISH is sent; PUBACK answers it. */
export const SEND_WITH_QOS_1 = 33;
/** PUBLISH is sent; PUBREC answers it. */
export const SEND_WITH_QOS_2 = 34;
/** The caller waits no longer for a message that was never sent. */
export const DROP = 35;
/** The broker cannot take the message, breaks the protocol at it, or ends connections at it. */
export const GIVE_UP = 36;
/** The broker has accepted another connection: what it has not answered is sent again. */
export const NEW_CONNECTION = 37;
/** The broker of the new connection does not have the session. */
export const SESSION_LOST = 38;
/** RabbitMQ has no QoS 2 and takes the message with QoS 1; MQTT 3.1.1 has no other way to say so. */
export const PUBACK_OF_MQTT_3_1_1 = 39;

/** Moves of a message to the broker. */
export const OUTGOING: Moves<OutgoingState> = legal({
  [QUEUED]: {
    [SEND_WITH_QOS_0]: FINISHED,
    [SEND_WITH_QOS_1]: AWAITING_PUBACK,
    [SEND_WITH_QOS_2]: AWAITING_PUBREC,
    [DROP]: FINISHED,
    [GIVE_UP]: GIVEN_UP,
  },
  [AWAITING_PUBACK]: {
    [PUBACK]: FINISHED,
    [PUBACK + REFUSAL]: GIVEN_UP,
    [NEW_CONNECTION]: QUEUED,
    [GIVE_UP]: GIVEN_UP,
  },
  [AWAITING_PUBREC]: {
    [PUBREC]: AWAITING_PUBCOMP,
    [PUBREC + REFUSAL]: GIVEN_UP,
    [PUBACK_OF_MQTT_3_1_1]: FINISHED,
    [NEW_CONNECTION]: QUEUED,
    [GIVE_UP]: GIVEN_UP,
  },
  [AWAITING_PUBCOMP]: {
    [PUBREC]: AWAITING_PUBCOMP,
    [PUBREC + REFUSAL]: FINISHED,
    [PUBCOMP]: FINISHED,
    [PUBCOMP + REFUSAL]: FINISHED,
    [SESSION_LOST]: FINISHED,
    [GIVE_UP]: FINISHED,
  },
  [FINISHED]: {},
  [GIVEN_UP]: {},
});

// A message from the broker (section 4.3, the receiver's half), which is FINISHED in the end.

/** QoS 1: its subscriptions have it, and not all have acknowledged it. */
export const DELIVERED_WITH_QOS_1 = 448;
/** QoS 2: its subscriptions have it, and not all have acknowledged it. */
export const DELIVERED_WITH_QOS_2 = 512;
/** QoS 2: PUBREC was sent, and its packet identifier is stored. */
export const AWAITING_PUBREL = 576;

/** How far a message from the broker has come. */
export type IncomingState =
  | typeof DELIVERED_WITH_QOS_1
  | typeof DELIVERED_WITH_QOS_2
  | typeof AWAITING_PUBREL
  | typeof FINISHED;

// What happens to a message from the broker, besides the broker's packets and SESSION_LOST.

/** Its last consumer acknowledges it: PUBACK or PUBREC is sent. */
export const ACKNOWLEDGE = 40;
/** As ACKNOWLEDGE, with a reason code of 0x80 and above. */
export const REFUSE = 41;

/** Moves of a message from the broker. A PUBLISH in one of these states is the same message, which came again. */
export const INCOMING: Moves<IncomingState> = legal({
  [DELIVERED_WITH_QOS_1]: {
    [PUBLISH]: DELIVERED_WITH_QOS_1,
    [ACKNOWLEDGE]: FINISHED,
    [REFUSE]: FINISHED,
    [SESSION_LOST]: FINISHED,
  },
  [DELIVERED_WITH_QOS_2]: {
    [PUBLISH]: DELIVERED_WITH_QOS_2,
    [ACKNOWLEDGE]: AWAITING_PUBREL,
    [REFUSE]: FINISHED,
    [PUBREL]: FINISHED,
    [SESSION_LOST]: FINISHED,
  },
  [AWAITING_PUBREL]: {
    [PUBLISH]: AWAITING_PUBREL,
    [PUBREL]: FINISHED,
    [SESSION_LOST]: FINISHED,
  },
  [FINISHED]: {},
});

// One connection to the broker, from CONNECT to its end.

/** CONNECT was sent. */
export const AWAITING_CONNACK = 640;
/** CONNACK has accepted the connection; the session has not begun to use it. */
export const ACCEPTED = 704;
/** The session sends and receives on it. */
export const CONNECTED = 768;
/** This side, the broker or the network has ended it. */
export const CLOSED = 832;

/** How far a connection has come. */
export type ConnectionState = typeof AWAITING_CONNACK | typeof ACCEPTED | typeof CONNECTED | typeof CLOSED;

// What happens to a connection, besides the broker's packets.

/** The session begins to use the connection. */
export const START = 42;
/** This side ends the connection, or it has failed. */
export const END = 43;

/** Moves of a connection. A packet that a state does not name breaks the protocol and closes the connection. */
export const CONNECTION: Moves<ConnectionState> = legal({
  [AWAITING_CONNACK]: {
    [AUTH]: AWAITING_CONNACK,
    [CONNACK]: ACCEPTED,
    [CONNACK + REFUSAL]: CLOSED,
    [DISCONNECT]: CLOSED,
    [END]: CLOSED,
  },
  [ACCEPTED]: { [START]: CONNECTED, [END]: CLOSED },
  [CONNECTED]: {
    [PUBLISH]: CONNECTED,
    [PUBACK]: CONNECTED,
    [PUBREC]: CONNECTED,
    [PUBREL]: CONNECTED,
    [PUBCOMP]: CONNECTED,
    [SUBACK]: CONNECTED,
    [UNSUBACK]: CONNECTED,
    [PINGRESP]: CONNECTED,
    [AUTH]: CONNECTED,
    [DISCONNECT]: CLOSED,
    [END]: CLOSED,
  },
  [CLOSED]: {},
});
