// DNS answers as a resolver sends them, from a zone.
import { concatBytes } from '@fairlead/testkit';

/** The records of each name: SRV as `port target`, TXT as lists of strings. */
export interface Zone {
  readonly srv?: Readonly<Record<string, readonly string[]>>;
  readonly txt?: Readonly<Record<string, readonly (readonly string[])[]>>;
}

/** One record of an answer. */
export interface RawRecord {
  readonly type: number;
  readonly data: Uint8Array;
  readonly ttl?: number;
  readonly name?: Uint8Array;
}

const u16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A name without compression. */
export function nameBytes(name: string): Uint8Array {
  const labels = name === '' ? [] : name.split('.');
  return concatBytes([
    ...labels.map((label) => concatBytes([Uint8Array.of(label.length), ascii(label)])),
    Uint8Array.of(0),
  ]);
}

/** A pointer to the question's name. */
export const POINTER = Uint8Array.of(0xc0, 12);

/** The data of an SRV record. */
export function srvData(port: number, target: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(0, 1, 0, 2, ...u16(port)), target]);
}

/** The data of a TXT record. */
export function txtData(strings: readonly string[]): Uint8Array {
  return concatBytes(strings.map((text) => concatBytes([Uint8Array.of(text.length), ascii(text)])));
}

/** An answer to one question. */
export function answer(
  name: string,
  type: number,
  records: readonly RawRecord[],
  flags = 0x8180,
): Uint8Array {
  return concatBytes([
    Uint8Array.of(0, 0, ...u16(flags), 0, 1, ...u16(records.length), 0, 0, 0, 0),
    nameBytes(name),
    Uint8Array.of(...u16(type), 0, 1),
    ...records.map(({ type: recordType, data, ttl = 300, name: owner = POINTER }) =>
      concatBytes([owner, Uint8Array.of(...u16(recordType), 0, 1, ...u32(ttl), ...u16(data.length)), data]),
    ),
  ]);
}

/** The name and the type that a question asks for. */
export function questionOf(message: Uint8Array): { readonly name: string; readonly type: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(new TextDecoder().decode(message.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  return { name: labels.join('.'), type: ((message[at + 1] ?? 0) << 8) | (message[at + 2] ?? 0) };
}

/** The answer of a resolver that knows one zone. */
export function answerFrom(zone: Zone, question: Uint8Array, ttl = 300): Uint8Array {
  const { name, type } = questionOf(question);
  const records: RawRecord[] =
    type === 33
      ? (zone.srv?.[name] ?? []).map((text) => {
          const [port, target = ''] = text.split(' ');
          return { type, ttl, data: srvData(Number(port), nameBytes(target)) };
        })
      : (zone.txt?.[name] ?? []).map((strings) => ({ type, ttl, data: txtData(strings) }));
  return answer(name, type, records, records.length > 0 ? 0x8180 : 0x8183);
}

/** A `fetch` that answers from a zone, and notes what was asked. */
export function resolverOf(zone: Zone, ttl?: number) {
  const asked: string[] = [];
  const fetch = async (url: string): Promise<Response> => {
    const text = new URL(url).searchParams.get('dns') ?? '';
    const question = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    const { name, type } = questionOf(question);
    asked.push(`${type === 33 ? 'SRV' : 'TXT'} ${name}`);
    return new Response(Uint8Array.from(answerFrom(zone, question, ttl)), {
      headers: { 'content-type': 'application/dns-message' },
    });
  };
  return { fetch, asked };
}
