// The messages of the connection protocol (RFC 4254), as they arrive. Types only.

/** A message for one of our channels; `channel` is our number. */
export type ChannelMessage =
  | { readonly kind: 'data'; readonly channel: number; readonly data: Uint8Array }
  | {
      readonly kind: 'extended data';
      readonly channel: number;
      readonly type: number;
      readonly data: Uint8Array;
    }
  | { readonly kind: 'window adjust'; readonly channel: number; readonly bytes: number }
  | { readonly kind: 'EOF' | 'CLOSE' | 'success' | 'failure'; readonly channel: number }
  | ChannelRequest
  | OpenConfirmation
  | OpenFailure;

/** A request of the server on a channel; `body` is what belongs to its name. */
export interface ChannelRequest {
  readonly kind: 'request';
  readonly channel: number;
  readonly name: string;
  readonly wantReply: boolean;
  readonly body: Uint8Array;
}

/** The server has opened the channel that we asked for. */
export interface OpenConfirmation {
  readonly kind: 'open confirmation';
  readonly channel: number;
  /** The server's number of the channel, its window and its largest packet. */
  readonly remote: number;
  readonly window: number;
  readonly maxPacket: number;
}

/** The server refuses to open a channel. */
export interface OpenFailure {
  readonly kind: 'open failure';
  readonly channel: number;
  /** RFC 4254 section 5.1: 1 prohibited, 2 connect failed, 3 unknown type, 4 resource shortage. */
  readonly reason: number;
  readonly description: string;
}

/** The server asks for a channel. */
export interface OpenRequest {
  readonly kind: 'open';
  readonly type: string;
  readonly remote: number;
  readonly window: number;
  readonly maxPacket: number;
  readonly body: Uint8Array;
}

/** A message for no channel. */
export type ConnectionMessage =
  | OpenRequest
  | {
      readonly kind: 'global request';
      readonly name: string;
      readonly wantReply: boolean;
      readonly body: Uint8Array;
    }
  | { readonly kind: 'request success'; readonly body: Uint8Array }
  | { readonly kind: 'request failure' }
  /** A number that this protocol does not have. */
  | { readonly kind: 'unknown'; readonly number: number };
