// DNS messages of a resolver, written by hand for the tests.

/** A record: its type, its data, its time to live. */
export interface TestRecord {
  readonly type: number;
  readonly data: readonly number[];
  readonly ttl?: number;
}

/** The bytes of an IPv4 address. */
export const a = (address: string, ttl = 60): TestRecord => ({
  type: 1,
  data: address.split('.').map(Number),
  ttl,
});

/** An IPv6 address of eight groups. */
export const aaaa = (groups: string, ttl = 60): TestRecord => ({
  type: 28,
  data: groups
    .split(':')
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  ttl,
});

/** An alias, whose data nobody reads. */
export const cname = (ttl = 60): TestRecord => ({ type: 5, data: [3, 0x77, 0x77, 0x77, 0xc0, 12], ttl });

/** A whole answer to the question in `query`. */
export function answerTo(
  query: Uint8Array,
  records: readonly TestRecord[],
  code = 0,
): Uint8Array<ArrayBuffer> {
  const header = [0, 0, 0x81, 0x80 | code, 0, 1, records.length >> 8, records.length & 0xff, 0, 0, 0, 0];
  const answers = records.flatMap(({ type, data, ttl = 60 }) => [
    ...[0xc0, 12, 0, type, 0, 1],
    ...[(ttl >>> 24) & 0xff, (ttl >> 16) & 0xff, (ttl >> 8) & 0xff, ttl & 0xff],
    ...[data.length >> 8, data.length & 0xff, ...data],
  ]);
  return Uint8Array.from([...header, ...query.subarray(12), ...answers]);
}

/** The name and the type that a query asks for. */
export function questionOf(query: Uint8Array): { name: string; type: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(new TextDecoder().decode(query.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  return { name: labels.join('.'), type: query[at + 2] ?? 0 };
}
