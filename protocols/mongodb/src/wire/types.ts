// What the wire's parts exchange beside documents. Types only.

/** Documents that travel beside the command (OP_MSG, section kind 1), each as its BSON. */
export interface DocumentSequence {
  readonly name: 'documents' | 'updates' | 'deletes';
  readonly documents: readonly Uint8Array[];
}

/** Which fields of a reply stay raw: `true`, or which of the embedded document's. */
export interface RawFields {
  readonly [name: string]: true | RawFields;
}

/** Compresses messages: the value that `zlib()` of `@fairlead/mongodb/zlib` gives. */
export interface Compression {
  /** As `hello` names it. */
  readonly name: string;
  /**
   * The message inside OP_COMPRESSED.
   * @param command The command's name.
   * @returns `undefined` for a command that may hold a secret: it is sent as it is.
   */
  deflate(message: Uint8Array, command: string): Promise<Uint8Array> | undefined;
  /**
   * The message that is inside an OP_COMPRESSED. Its size is looked at before anything is inflated, and after.
   * @param maxBytes Of the message inside.
   * @throws FairleadError `protocol`.
   */
  inflate(message: Uint8Array, maxBytes: number): Promise<Uint8Array>;
}
