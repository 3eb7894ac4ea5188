// What kinds of broker do with a topic before it reaches anybody: the fence checks the topic that arrives. Data and one
// lookup.

/** Kinds of broker that `"broker"` in a connection's entry may name. */
export const BROKER_KINDS = [
  'standard',
  'mosquitto',
  'hivemq',
  'vernemq',
  'nanomq',
  'emqx',
  'rabbitmq',
] as const;

/** `standard` is every broker that takes topics as they stand (MQTT 5 section 4.7). */
export type BrokerKind = (typeof BROKER_KINDS)[number];

/** How a kind of broker reads topics and filters. */
export interface BrokerRules {
  /** The levels of a topic or a filter. */
  levels(text: string): string[];
  /** Whether a level may stand where the operator's filter has a wildcard. */
  allows(level: string): boolean;
  /** A level that is a wildcard to the broker, like `+`. */
  readonly alsoPlus?: string;
  /** Whether `$share/group/filter` is a shared subscription. */
  readonly shares: boolean;
}

/** Letters, digits, `-` and `_`: no broker gives these another meaning. */
const PLAIN = /^[\p{L}\p{M}\p{N}_-]+$/u;

const asItStands: BrokerRules = { levels: (text) => text.split('/'), allows: () => true, shares: true };

/**
 * RabbitMQ publishes to an AMQP topic exchange. `/` becomes `.` on the way in and `.` becomes `/` on the way out, so that
 * `a/b.c` arrives as `a/b/c`; and `*` is AMQP's word for `+`.
 */
const rabbitmq: BrokerRules = {
  levels: (text) => text.split(/[./]/),
  allows: () => true,
  alsoPlus: '*',
  shares: false,
};

/**
 * A broker of which nothing is known. Some have wildcards of their own (`*`, `>`), other separators (`.`, `::`), lists
 * (`a,b` in ActiveMQ) or options (`?`), and some do something else about an empty level.
 */
const unknown: BrokerRules = {
  levels: (text) => text.split('/'),
  allows: (level) => PLAIN.test(level),
  shares: true,
};

/** The rules of a kind of broker; the strict ones where the kind is not said. */
export function rulesOf(kind: BrokerKind | undefined): BrokerRules {
  if (kind === undefined) return unknown;
  return kind === 'rabbitmq' ? rabbitmq : asItStands;
}
