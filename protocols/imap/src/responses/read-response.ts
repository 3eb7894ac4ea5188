// Reads one whole response of a server (RFC 9051 section 7) as a typed value. It keeps nothing between responses.
import type { Scanner } from '../wire/tokens/scanner.ts';
import { checkCapabilities, readText } from './condition.ts';
import { FetchReader } from './message/fetch-reader.ts';
import type { Readers } from './readers.ts';
import { readVanished } from './searches.ts';
import type {
  ConditionResponse,
  IdResponse,
  Response,
  TaggedResponse,
  WordsResponse,
} from './types/response.ts';

function readWords(type: WordsResponse['type'], scanner: Scanner): WordsResponse {
  if (type === 'flags') return { type, words: scanner.texts() };
  const words = scanner.rest().toUpperCase().match(/\S+/g) ?? [];
  return { type, words: checkCapabilities(words) };
}

function readCondition(status: ConditionResponse['status'], scanner: Scanner): ConditionResponse {
  return { type: 'condition', status, ...readText(scanner.rest()) };
}

/** Untagged responses that may come at any time, by their first word. */
const UNTAGGED: Readers = {
  OK: (scanner) => readCondition('OK', scanner),
  NO: (scanner) => readCondition('NO', scanner),
  BAD: (scanner) => readCondition('BAD', scanner),
  BYE: (scanner) => readCondition('BYE', scanner),
  PREAUTH: (scanner) => readCondition('PREAUTH', scanner),
  CAPABILITY: (scanner) => readWords('capability', scanner),
  ENABLED: (scanner) => readWords('enabled', scanner),
  FLAGS: (scanner) => readWords('flags', scanner),
  VANISHED: readVanished,
  ID: readId,
};

/** The response that begins here. @param readers Those of the commands that were sent. */
export function readResponse(scanner: Scanner, utf8: boolean, readers: Readers): Response {
  const first = scanner.word();
  if (first === '+') {
    scanner.take(0x20);
    return { type: 'continuation', text: scanner.rest() };
  }
  scanner.spaces();
  if (first !== '*') return readTagged(first, scanner);
  const name = scanner.name();
  const read = UNTAGGED[name] ?? readers[name];
  if (read !== undefined) return read(scanner, utf8);
  return /^\d{1,10}$/.test(name) ? readNumbered(Number(name), scanner) : { type: 'unknown', name };
}

function readTagged(tag: string, scanner: Scanner): TaggedResponse {
  const status = scanner.name();
  if (!/^[^+*%"\\]+$/.test(tag) || (status !== 'OK' && status !== 'NO' && status !== 'BAD'))
    throw scanner.bad();
  return { type: 'tagged', tag, status, ...readText(scanner.rest()) };
}

function readNumbered(number: number, scanner: Scanner): Response {
  const name = scanner.name();
  if (name === 'FETCH') {
    const reader = new FetchReader(number);
    reader.read(scanner);
    return reader.response;
  }
  const type = name.toLowerCase();
  return type === 'exists' || type === 'recent' || type === 'expunge'
    ? { type, number }
    : { type: 'unknown', name };
}

function readId(scanner: Scanner): IdResponse {
  const fields: Record<string, string | undefined> = Object.create(null);
  const list = scanner.list(() => scanner.text());
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = list[at];
    if (name !== undefined) fields[name.toLowerCase()] = list[at + 1];
  }
  return { type: 'id', fields };
}
