// The gateway's events of an IRC session, as far as the chat shows them. Others are passed over.

/** Who caused an event; a server's name stands in `nick`, with an empty host. */
export interface Source {
  readonly nick: string;
  readonly user: string;
  readonly host: string;
}

interface ByUser {
  readonly time: number;
  readonly from: Source;
  /** Whether this client caused it. */
  readonly self: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A member of a channel. */
interface MemberJson {
  readonly nick: string;
  /** The prefix modes, the highest first: `ov`. */
  readonly modes: string;
  readonly away?: string;
}

/** A channel that this client is in. */
export interface ChannelJson {
  readonly name: string;
  readonly topic: string;
  readonly members: readonly MemberJson[];
}

/** The first event of a session. */
export interface ReadyEvent {
  readonly event: 'ready';
  readonly nick: string;
  readonly account?: string;
  readonly server: { readonly name: string; readonly version: string; readonly network: string };
  readonly capabilities: readonly string[];
  readonly channels: readonly ChannelJson[];
}

/** A text, to a channel or to this client. */
export interface TextEvent extends ByUser {
  readonly event: 'message';
  readonly kind: 'privmsg' | 'notice' | 'action';
  readonly target: string;
  readonly text: string;
}

/** The events that change a chat. */
export type ChatEvent =
  | ReadyEvent
  | TextEvent
  | (ByUser & { readonly event: 'join'; readonly channel: string })
  | (ByUser & { readonly event: 'part'; readonly channel: string; readonly reason: string })
  | (ByUser & { readonly event: 'quit'; readonly reason: string; readonly channels: readonly string[] })
  | (ByUser & { readonly event: 'nick'; readonly nick: string })
  | (ByUser & {
      readonly event: 'kick';
      readonly channel: string;
      readonly nick: string;
      readonly reason: string;
      readonly me: boolean;
    })
  | (ByUser & { readonly event: 'invite'; readonly nick: string; readonly channel: string })
  | (ByUser & { readonly event: 'topic'; readonly channel: string; readonly topic: string })
  | {
      readonly event: 'standard';
      readonly time: number;
      readonly severity: string;
      readonly command: string;
      readonly text: string;
    }
  | { readonly event: 'batch'; readonly batch: string; readonly events: readonly ChatEvent[] }
  | {
      readonly event: 'other';
      readonly time: number;
      readonly command: string;
      readonly params: readonly string[];
    };
