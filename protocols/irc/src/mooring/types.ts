// A session in a mooring, as its callers see it: types only.
import type { SessionChoice } from '@fairlead/mooring';
import type { CallOptions, IrcOptions, RequestOptions } from '../options/connect-options.ts';
import type { RejoinOptions } from '../rejoin/rejoin-after-kick.ts';
import type { Answer } from '../session/outgoing/pending-requests.ts';
import type { SayOptions, Sent } from '../text/send-text.ts';
import type { Channel, IrcEvent, ServerInfo, Tags } from '../types.ts';

/** What a session's connection has of its own. */
type OwnOptions = 'connector' | 'stsStore' | 'rejoin' | 'signal' | 'maxQueuedEvents' | 'overflow';

/** The options of the client, as far as they are plain values. */
export interface PlainOptions extends Omit<IrcOptions, OwnOptions> {
  /** Joins channels again after a KICK. Default false. */
  readonly rejoin?: boolean | RejoinOptions | undefined;
}

/** Options of a session in a mooring. */
export interface MooredOptions extends PlainOptions, SessionChoice {}

/** What the server said when the session was connected. */
export interface IrcGreeting {
  readonly nick: string;
  readonly account: string | undefined;
  readonly server: ServerInfo;
  readonly capabilities: readonly string[];
}

/** The session has been connected again. What was said before, and not read, may be missing. */
export interface ConnectedEvent {
  readonly type: 'connected';
  /** In milliseconds since 1970. */
  readonly time: number;
  readonly nick: string;
  /** The channels that it is in. */
  readonly channels: readonly string[];
}

/** An event of a session. */
export type MooredEvent = IrcEvent | ConnectedEvent;

/** A channel at the moment of the call. */
export type PlainChannel = Channel;

/** One reader's events. Leaving the loop keeps the reader's place: a later loop goes on there. */
export interface MooredEvents extends AsyncIterableIterator<MooredEvent, undefined> {
  /** How many events for this reader were dropped because the buffer was full, as far as this loop was told. */
  readonly lost: number;
}

/** A caller's view of a session. Its methods do what those of the client do. */
export interface MooredClient extends AsyncDisposable, AsyncIterable<MooredEvent> {
  /** What the server said of itself and of this client when it was asked for the session. */
  readonly greeting: IrcGreeting;
  /** The events of this client's reader, or of another one, which gets those from its first loop on. */
  events(options?: { readonly reader?: string | undefined }): MooredEvents;
  say(target: string, text: string, options?: SayOptions): Promise<readonly Sent[]>;
  notice(target: string, text: string, options?: SayOptions): Promise<readonly Sent[]>;
  action(target: string, text: string, options?: SayOptions): Promise<readonly Sent[]>;
  /** Joins a channel. The session joins it again on each connection, until it parts. */
  join(channel: string, options?: CallOptions & { readonly key?: string | undefined }): Promise<PlainChannel>;
  part(channel: string, reason?: string, options?: CallOptions): Promise<void>;
  setNick(nick: string, options?: CallOptions): Promise<void>;
  setTopic(channel: string, topic: string, options?: CallOptions): Promise<void>;
  /** A channel that the session is in. */
  channel(name: string, options?: CallOptions): Promise<PlainChannel | undefined>;
  request(command: string, params?: readonly string[], options?: RequestOptions): Promise<Answer>;
  send(command: string, params?: readonly string[], tags?: Tags): Promise<void>;
  /** Leaves the session, which goes on. */
  close(): Promise<void>;
  /** Leaves the session, which forgets this client's reader: a later one begins anew, and nothing waits for it. */
  leave(): Promise<void>;
  /** Ends the session for all: QUIT, and the events that wait are dropped. */
  end(): Promise<void>;
}
