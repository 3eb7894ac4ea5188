// The ports of a world of misbehaving servers: a type only, which travels as JSON from Node into workerd.

/** One port per way of answering the connection itself. What happens later is up to the puppet's commands. */
export interface PuppetPorts {
  /** A puppet without TLS; it can upgrade by command. */
  readonly plain: number;
  /** A puppet behind TLS, with a certificate that is good. */
  readonly tls: number;
  readonly wrongName: number;
  readonly expired: number;
  readonly untrusted: number;
  /** Greets in plain text, whatever comes. */
  readonly banner: number;
  /** Accepts, and neither reads nor sends. */
  readonly mute: number;
  /** Sends FIN as soon as it has accepted. */
  readonly endAtOnce: number;
  /** Sends RST as soon as it has accepted. */
  readonly resetAtOnce: number;
  /** Nothing listens. */
  readonly refused: number;
  /** Connecting hangs: the backlog is full. */
  readonly unanswered: number;
}
