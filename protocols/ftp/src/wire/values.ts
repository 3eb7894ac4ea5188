// Reads what replies carry: features, sizes, times, paths, digests, announced sizes. It throws `protocol` for what it cannot read.
import { protocolError } from '../errors.ts';
import type { Digest, Reply } from '../types.ts';

/** `YYYYMMDDHHMMSS[.sss]` (RFC 3659 section 2.3). */
const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?$/;
/** Hexadecimal digits of a digest: CRC-32 has 8, SHA-512 has 128. */
const DIGEST = /(?:^|\s)([0-9a-f]{8,128})(?=\s|$)/gi;

/** The features of a 211 (RFC 2389 section 3.2): between the first and the last line, one a line. */
export function readFeatures({ lines }: Reply): ReadonlyMap<string, string> {
  const features = new Map<string, string>();
  for (const line of lines.slice(1, -1)) {
    const text = line.trim();
    const space = text.indexOf(' ');
    const name = (space < 0 ? text : text.slice(0, space)).toUpperCase();
    if (name !== '') features.set(name, space < 0 ? '' : text.slice(space + 1).trim());
  }
  return features;
}

/** A size in bytes. @throws FairleadError `protocol`. */
export function readSize(reply: Reply): number {
  const text = (reply.lines.at(-1) ?? '').trim();
  const size = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(size))
    throw protocolError('the answer to SIZE is no size');
  return size;
}

/** A time in UTC, or `undefined` for text that is none. */
export function parseTime(text: string): Date | undefined {
  const [, year, month, day, hour, minute, second, fraction = '0'] = TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const ms = Math.floor(Number(`0.${fraction}`) * 1000);
  const time = new Date(0);
  time.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  time.setUTCHours(Number(hour), Number(minute), Number(second), ms);
  const isReal = time.getUTCMonth() === Number(month) - 1 && time.getUTCDate() === Number(day);
  return isReal && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 61 ? time : undefined;
}

/** The time of a 213. @throws FairleadError `protocol`. */
export function readTime(reply: Reply): Date {
  const time = parseTime((reply.lines.at(-1) ?? '').trim());
  if (time === undefined) throw protocolError('the answer to MDTM is no time');
  return time;
}

/** A time as MFMT wants it. */
export function formatTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace(/\D/g, '');
}

/** The path of a 257 (RFC 959 appendix II): in quotes, a quote in it doubled. @throws FairleadError `protocol`. */
export function readPath({ lines }: Reply): string {
  const [, path] = /^[^"]*"((?:[^"]|"")*)"/.exec(lines.at(-1) ?? '') ?? [];
  if (path === undefined || path === '') throw protocolError('the answer to PWD has no path');
  return path.replaceAll('""', '"');
}

/**
 * The digest of a reply to HASH, which has the name behind it, or to XMD5 and its like, which have it in front or not at all.
 * @throws FairleadError `protocol`.
 */
export function readDigest({ lines }: Reply, algorithm: string, digits: number, isHash: boolean): Digest {
  const found = [...lines.join(' ').matchAll(DIGEST)].map(([, value = '']) => value);
  // A file may be called like a digest.
  const fitting = found.filter((one) => one.length === digits);
  const value = isHash ? fitting[0] : fitting.at(-1);
  if (value === undefined) throw protocolError(`the answer has no ${algorithm} digest`);
  return { algorithm, value: value.toLowerCase() };
}

/** The size that servers announce in the text of 150: `... for a.bin (1234 bytes).` */
export function announcedSize({ lines }: Reply): number | undefined {
  const [, digits] = /\((\d{1,15}) bytes\)\.?$/.exec(lines.at(-1) ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}
