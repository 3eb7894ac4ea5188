// What the parser makes of a server's bytes, and what takes it. Types only; the values of single responses are in `responses/`.

/** What the parser hands out, in the order of the bytes. */
export type ParserEvent<Response> =
  /** A whole response: untagged, tagged or a continuation. Literals up to the limit stand in it. */
  | { readonly type: 'response'; readonly response: Response }
  /** A body section that was asked for as a stream: its bytes follow, then `body-end`, then the rest of the FETCH as `response`. */
  | {
      readonly type: 'body-start';
      readonly sequence: number;
      /** What of the FETCH came before it, by name: `UID` where the server sends it first. */
      readonly uid: number | undefined;
      /** `1.2`, `HEADER`, ``: as in `BODY[...]`. */
      readonly section: string;
      readonly isBinary: boolean;
      readonly origin: number | undefined;
      readonly size: number;
    }
  /** A view of the given bytes, valid until the next `push`. */
  | { readonly type: 'body-bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'body-end' };

/** An incremental parser. Pure and synchronous; it throws FairleadError `protocol` or `limit`, and is done after that. */
export interface ResponseParser<Response> {
  /** Body sections of at least so many bytes are handed out as they come. `Infinity`: none. */
  streamBodiesFrom: number;
  push(bytes: Uint8Array): void;
  next(): ParserEvent<Response> | undefined;
  /** Whether nothing of a response has come. */
  readonly isBetweenResponses: boolean;
}
