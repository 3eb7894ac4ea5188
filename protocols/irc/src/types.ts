// The public types of IRC: messages, users, channels, and the events of a session.
import type { ServerWords } from '@fairlead/errors';

/** Tags by name, unescaped. A tag without a value has the empty one. */
export type Tags = Readonly<Record<string, string>>;

/** The parts of a message. */
export interface MessageParts {
  /** The tags, unescaped. */
  readonly tags: Tags;
  /** The source, without its colon: `nick!user@host` or a server's name. Empty if there is none. */
  readonly source: string;
  /** The command, or a numeric as three digits. */
  readonly command: string;
  /** The parameters, the trailing one without its colon. */
  readonly params: readonly string[];
}

/** A message that was received. Its command is in upper case. */
export interface Message extends MessageParts {
  /** The tags as they were received, without the `@`. Empty if there are none. */
  readonly rawTags: string;
}

/** The source of a message in parts. A part that is missing is empty; a server's name stands in `nick`. */
export interface Source {
  readonly nick: string;
  readonly user: string;
  readonly host: string;
}

/** A user who shares a channel with this client, as far as the server tells. */
export interface User extends Source {
  /** The services account; `undefined` for none, or if it is not known. */
  readonly account: string | undefined;
  /** The real name. */
  readonly realname: string | undefined;
  /** The reason of being away; `undefined` if the user is here, or if it is not known. */
  readonly away: string | undefined;
}

/** What the server says about itself. */
export interface ServerInfo {
  /** The server's name. */
  readonly name: string;
  /** The server's software, such as `InspIRCd-3`. */
  readonly version: string;
  /** The network's name. Empty if it has none. */
  readonly network: string;
}

/** An entry of the answer to NAMES. User and host are empty without the capability `userhost-in-names`. */
export interface NamesEntry extends Source {
  /** The prefix modes that the server shows, the highest first: `ov`. */
  readonly modes: string;
}

/** A member of a channel. */
export interface Member {
  /** The user. */
  readonly user: User;
  /** The prefix modes, the highest first: `ov`. */
  readonly modes: string;
}

/** A channel that this client is in. */
export interface Channel {
  /** The channel's name, as the server writes it. */
  readonly name: string;
  /** Empty if none is set. */
  readonly topic: string;
  /** The members by nick, folded as ISUPPORT's CASEMAPPING says; `client.sameName` compares. */
  readonly members: ReadonlyMap<string, Member>;
  /** The modes that are no lists, with their parameter or the empty text. Empty until the server tells them. */
  readonly modes: ReadonlyMap<string, string>;
  /** Whether the list of members is complete. */
  readonly complete: boolean;
}

/** One change of a mode: `+o nick`. */
export interface ModeChange {
  /** Whether the mode is set, and not unset. */
  readonly adding: boolean;
  /** The mode's letter. */
  readonly mode: string;
  /** The mode's parameter, if it has one. */
  readonly param: string | undefined;
}

/** What every event has. */
interface EventBase {
  /** When it happened, in milliseconds since 1970: the server's tag `time`, or else when the message was received. */
  readonly time: number;
  /** The message. */
  readonly message: Message;
}

/** An event that a user or a server caused. */
interface ByUser extends EventBase {
  /** Who caused it. */
  readonly from: Source;
  /** Whether this client caused it. */
  readonly self: boolean;
}

/** A text to a channel or to this client. */
export interface TextEvent extends ByUser {
  readonly type: 'message';
  /** PRIVMSG, NOTICE, or CTCP ACTION (`/me`). */
  readonly kind: 'privmsg' | 'notice' | 'action';
  /** A nick, or the channel, with a status prefix if the text is for some members only (`@#channel`). */
  readonly target: string;
  readonly text: string;
}

/** The events of a session, told apart by `type`. */
export type IrcEvent =
  | TextEvent
  | (ByUser & { readonly type: 'tagmsg'; readonly target: string })
  | (ByUser & {
      /** A CTCP request, or the reply to one; ACTION is a `message`. */
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
      /** Whether this client was kicked. */
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
      /** A standard reply: FAIL, WARN or NOTE. */
      readonly type: 'standard';
      readonly severity: 'FAIL' | 'WARN' | 'NOTE';
      readonly command: string;
      readonly code: string;
      readonly context: readonly string[];
      readonly text: string;
    })
  | (EventBase & {
      /** A whole batch: `netsplit`, `netjoin`, `chathistory`. Its events come with it, and not by themselves. */
      readonly type: 'batch';
      readonly batch: string;
      readonly params: readonly string[];
      readonly events: readonly IrcEvent[];
    })
  /** ERROR: the server closes the connection. */
  | (EventBase & { readonly type: 'error'; readonly server: ServerWords })
  /** A numeric, or a command without an event of its own. */
  | (EventBase & { readonly type: 'other'; readonly command: string; readonly params: readonly string[] });
