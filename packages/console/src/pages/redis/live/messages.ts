// Events of the gateway's streams as messages: `message,<channel>,<text>` and their like, and the lines of MONITOR.

/** What came in. */
export interface Message {
  readonly id: number;
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly at: number;
  /** `MONITOR` for a command of anybody. */
  readonly channel: string;
  readonly text: string;
}

/** What is listened to. */
export type Listening = 'channels' | 'patterns' | 'monitor';

/** The name under which commands of MONITOR are shown. */
const MONITOR_CHANNEL = 'MONITOR';

/**
 * The channel and the text of an event; undefined for one that tells of the subscription itself.
 * @param names What was subscribed to: they may have commas. A channel that a pattern has found is taken to have none.
 */
export function readEvent(
  kind: Listening,
  data: string,
  names: readonly string[],
): Pick<Message, 'channel' | 'text'> | undefined {
  if (kind === 'monitor') return data === '"OK"' ? undefined : { channel: MONITOR_CHANNEL, text: data };
  const word = kind === 'channels' ? 'message,' : 'pmessage,';
  if (!data.startsWith(word)) return undefined;
  const rest = data.slice(word.length);
  const name = longest(names.filter((each) => rest.startsWith(`${each},`)));
  if (name === undefined) return undefined;
  const text = rest.slice(name.length + 1);
  if (kind === 'channels') return { channel: name, text };
  const comma = text.indexOf(',');
  return { channel: text.slice(0, comma), text: text.slice(comma + 1) };
}

function longest(names: readonly string[]): string | undefined {
  return names.reduce<string | undefined>(
    (best, name) => (name.length >= (best?.length ?? 0) ? name : best),
    undefined,
  );
}

/** Names that were typed, parted by spaces; a name with spaces stands in quotes. */
export function splitNames(text: string): readonly string[] {
  const found = text.match(/"[^"]+"|\S+/g) ?? [];
  return [...new Set(found.map((name) => name.replace(/^"(.+)"$/, '$1')))];
}
