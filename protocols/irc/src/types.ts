// The vocabulary of IRC: messages, and the events that a session makes of them. Types only.
import type { ServerWords } from '@fairlead/errors';

/** Tags by name, unescaped; one without a value has the empty one. */
export type Tags = Readonly<Record<string, string>>;

/** A message in parts. */
export interface MessageParts {
  readonly tags: Tags;
  /** Without its colon; empty for none. */
  readonly source: string;
  readonly command: string;
  readonly params: readonly string[];
}

/** A message as it came. */
export interface Message extends MessageParts {
  /** Who it is from, without the colon: `nick!user@host` or a server's name; empty where none is given. */
  readonly source: string;
  /** The command in upper case, or a numeric as three digits. */
  readonly command: string;
  /** The parameters, the trailing one without its colon. */
  readonly params: readonly string[];
  /** The tags as they came, without the `@`; empty where there are none. */
  readonly rawTags: string;
}

/** Who a message is from, cut up; what the source lacks is empty. A server's name stands in `nick`. */
export interface Source {
  readonly nick: string;
  readonly user: string;
  readonly host: string;
}

/** What is known of somebody who shares a channel with this client. */
export interface User extends Source {
  /** The services account; `undefined` for none, or where it is not known. */
  readonly account: string | undefined;
  readonly realname: string | undefined;
  /** Why away; `undefined` for here, or where it is not known. */
  readonly away: string | undefined;
}

/** What the server says that it is. */
export interface ServerInfo {
  /** Its own name. */
  readonly name: string;
  /** Its software, such as `InspIRCd-3`. */
  readonly version: string;
  /** The network's name; empty where it has none. */
  readonly network: string;
}

/** Somebody in a channel. */
export interface Member {
  readonly user: User;
  /** Prefix modes, the highest first: `ov`. */
  readonly modes: string;
}

/** A channel that this client is in. */
export interface Channel {
  /** As the server writes it. */
  readonly name: string;
  readonly topic: string;
  /** The members by nick, folded as ISUPPORT's CASEMAPPING says; `client.sameName` compares. */
  readonly members: ReadonlyMap<string, Member>;
  /** Modes without a list, with their parameter or the empty text; empty until the server tells them. */
  readonly modes: ReadonlyMap<string, string>;
  /** Whether the list of members has come. */
  readonly complete: boolean;
}

/** One change of a mode: `+o nick`. */
export interface ModeChange {
  readonly adding: boolean;
  readonly mode: string;
  readonly param: string | undefined;
}

/** What every event has. */
interface EventBase {
  /** When it happened, in milliseconds since 1970: the server's `time` tag, or else when it came. */
  readonly time: number;
  /** The message that it was made of. */
  readonly message: Message;
}

/** An event about what somebody did. */
interface ByUser extends EventBase {
  readonly from: Source;
  /** Whether it was this client. */
  readonly self: boolean;
}

/** Text for a channel or for this client. */
export interface TextEvent extends ByUser {
  readonly type: 'message';
  /** `action` is CTCP's `/me`. */
  readonly kind: 'privmsg' | 'notice' | 'action';
  /** The channel, with its status prefix if it has one (`@#channel`), or a nick. */
  readonly target: string;
  readonly text: string;
}

/** The events of a session. `type` tells them apart. */
export type IrcEvent =
  | TextEvent
  | (ByUser & { readonly type: 'tagmsg'; readonly target: string })
  | (ByUser & {
      /** CTCP (a request, or the answer to one) other than ACTION. */
      readonly type: 'ctcp';
      readonly target: string;
      readonly command: string;
      readonly text: string;
      readonly reply: boolean;
    })
  | (ByUser & { readonly type: 'join'; readonly channel: string })
  | (ByUser & { readonly type: 'part'; readonly channel: string; readonly reason: string })
  | (ByUser & { readonly type: 'quit'; readonly reason: string; readonly channels: readonly string[] })
  | (ByUser & { readonly type: 'nick'; readonly nick: string })
  | (ByUser & {
      readonly type: 'kick';
      readonly channel: string;
      readonly nick: string;
      readonly reason: string;
      /** Whether this client is the one who was kicked. */
      readonly me: boolean;
    })
  | (ByUser & { readonly type: 'invite'; readonly nick: string; readonly channel: string })
  | (ByUser & { readonly type: 'topic'; readonly channel: string; readonly topic: string })
  | (ByUser & { readonly type: 'mode'; readonly target: string; readonly changes: readonly ModeChange[] })
  | (ByUser & { readonly type: 'account'; readonly account: string | undefined })
  | (ByUser & { readonly type: 'away'; readonly away: string | undefined })
  | (ByUser & { readonly type: 'chghost'; readonly user: string; readonly host: string })
  | (ByUser & { readonly type: 'setname'; readonly realname: string })
  | (EventBase & { readonly type: 'names'; readonly channel: string })
  | (EventBase & { readonly type: 'capabilities'; readonly enabled: readonly string[] })
  | (EventBase & {
      /** FAIL, WARN or NOTE (standard replies). */
      readonly type: 'standard';
      readonly severity: 'FAIL' | 'WARN' | 'NOTE';
      readonly command: string;
      readonly code: string;
      readonly context: readonly string[];
      readonly text: string;
    })
  | (EventBase & {
      /** A whole batch: `netsplit`, `netjoin`, `chathistory`. What stood in it comes with it and not by itself. */
      readonly type: 'batch';
      readonly batch: string;
      readonly params: readonly string[];
      readonly events: readonly IrcEvent[];
    })
  /** ERROR: the server is about to close the connection. */
  | (EventBase & { readonly type: 'error'; readonly server: ServerWords })
  /** Numerics, and commands without an event of their own. */
  | (EventBase & { readonly type: 'other'; readonly command: string; readonly params: readonly string[] });
