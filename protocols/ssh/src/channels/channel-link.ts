// The seam between a channel and its connection. Types only.

/** What a channel needs of its connection. */
export interface ChannelLink {
  /** Sends a payload of data; settles when the link has accepted it. */
  send(payload: Uint8Array): Promise<void>;
  /** Sends a payload that nobody waits for. */
  post(payload: Uint8Array): void;
  /** As `post`, for what the server has asked for: such payloads are counted. */
  answer(payload: Uint8Array): void;
  /** The channel has ended on both sides; no message names it any more. */
  forget(channel: { readonly local: number }): void;
}
