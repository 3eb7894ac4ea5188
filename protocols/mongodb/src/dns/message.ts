// DNS messages as DNS over HTTPS carries them: RFC 1035 section 4, RFC 2782 (SRV). Pure. It asks for SRV and TXT, and reads no other
// records.

/** The types of records that are asked for. */
const RECORD_TYPES = { TXT: 16, SRV: 33 } as const;

/** A type of records, by name. */
export type RecordType = keyof typeof RECORD_TYPES;

/** One record of an answer. */
export interface DnsRecord {
  readonly ttlSeconds: number;
  /** SRV: the target, in lower case and without the dot at its end. TXT: its strings, joined. */
  readonly text: string;
  /** For SRV. */
  readonly port: number;
}

/** What an answer says. `rcode` 0: success; 3: the name does not exist. */
export interface DnsAnswer {
  readonly rcode: number;
  readonly records: readonly DnsRecord[];
}

const CLASS_IN = 1;
const HEADER_BYTES = 12;
/** RFC 1035 section 3.1. */
const MAX_NAME_BYTES = 255;

/** The question for one name, with ID 0 (RFC 8484 section 4.1) and recursion desired. The name is ASCII. */
export function encodeQuestion(name: string, type: RecordType): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  for (const label of name.split('.')) {
    bytes.push(label.length);
    for (let i = 0; i < label.length; i++) bytes.push(label.charCodeAt(i));
  }
  bytes.push(0, 0, RECORD_TYPES[type], 0, CLASS_IN);
  return Uint8Array.from(bytes);
}

/**
 * Reads an answer; undefined for what is none, or is cut off.
 * @param type Records of other types, such as the CNAMEs that the resolver has followed, are passed over.
 */
export function decodeAnswer(message: Uint8Array, type: RecordType): DnsAnswer | undefined {
  try {
    return readAnswer(message, RECORD_TYPES[type]);
  } catch (error) {
    // A DataView throws for what lies beyond its end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readAnswer(message: Uint8Array, type: number): DnsAnswer | undefined {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const flags = view.getUint16(2);
  const isAnswer = (flags & 0x8000) !== 0;
  const isCut = (flags & 0x0200) !== 0;
  if (!isAnswer || isCut) return undefined;
  let at = HEADER_BYTES;
  for (let i = view.getUint16(4); i > 0; i--) at = readName(view, at).end + 4;
  const records: DnsRecord[] = [];
  for (let i = view.getUint16(6); i > 0; i--) {
    const { end: head } = readName(view, at);
    const data = head + 10;
    at = data + view.getUint16(head + 8);
    if (at > view.byteLength) throw new RangeError();
    if (view.getUint16(head) !== type || view.getUint16(head + 2) !== CLASS_IN) continue;
    // RFC 2181 section 8: a TTL with its first bit set is 0.
    const ttlSeconds = Math.max(0, view.getInt32(head + 4));
    records.push({
      ttlSeconds,
      ...(type === RECORD_TYPES.SRV ? readSrv(view, data, at) : readTxt(view, data, at)),
    });
  }
  return { rcode: flags & 0xf, records };
}

/** Priority, weight (both without meaning here), port, target. */
function readSrv(view: DataView, at: number, end: number): Pick<DnsRecord, 'text' | 'port'> {
  const target = readName(view, at + 6);
  if (target.end !== end) throw new RangeError();
  return { port: view.getUint16(at + 4), text: target.name };
}

/** Strings, each behind its length. */
function readTxt(view: DataView, start: number, end: number): Pick<DnsRecord, 'text' | 'port'> {
  let text = '';
  for (let at = start; at < end; ) {
    const next = at + 1 + view.getUint8(at);
    if (next > end) throw new RangeError();
    for (at++; at < next; at++) text += String.fromCharCode(view.getUint8(at));
  }
  return { text, port: 0 };
}

/** A name, whose labels may go on elsewhere, always further in front (RFC 1035 section 4.1.4). */
function readName(view: DataView, start: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let end: number | undefined;
  let bytes = 0;
  for (let at = start; ; ) {
    const length = view.getUint8(at);
    if (length >= 0xc0) {
      const target = view.getUint16(at) & 0x3fff;
      if (target >= at) throw new RangeError();
      end ??= at + 2;
      at = target;
      if (++bytes > MAX_NAME_BYTES) throw new RangeError();
      continue;
    }
    bytes += length + 1;
    if (length > 63 || bytes > MAX_NAME_BYTES) throw new RangeError();
    if (length === 0) return { name: labels.join('.'), end: end ?? at + 1 };
    labels.push(readLabel(view, at + 1, length));
    at += 1 + length;
  }
}

/** Any byte may stand in a label; a dot or anything else that no host name has would make two names look alike. */
function readLabel(view: DataView, at: number, length: number): string {
  let label = '';
  for (let i = 0; i < length; i++) label += String.fromCharCode(view.getUint8(at + i));
  if (!/^[\w-]+$/.test(label)) throw new RangeError();
  return label.toLowerCase();
}
