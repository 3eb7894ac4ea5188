// The packet types' numbers (section 2.1.2). Nothing else.

/** Accepts or refuses a connection (section 3.2). */
export const CONNACK = 2;
/** A message (section 3.3). */
export const PUBLISH = 3;
/** Acknowledges a message with QoS 1 (section 3.4). */
export const PUBACK = 4;
/** QoS 2: the message was received (section 3.5). */
export const PUBREC = 5;
/** QoS 2: the packet identifier is released (section 3.6). */
export const PUBREL = 6;
/** QoS 2: the delivery is complete (section 3.7). */
export const PUBCOMP = 7;
/** Answers SUBSCRIBE (section 3.9). */
export const SUBACK = 9;
/** Answers UNSUBSCRIBE (section 3.11). */
export const UNSUBACK = 11;
/** Answers PINGREQ (section 3.13). */
export const PINGRESP = 13;
/** Ends the connection (section 3.14). */
export const DISCONNECT = 14;
/** Enhanced authentication (section 3.15). */
export const AUTH = 15;
