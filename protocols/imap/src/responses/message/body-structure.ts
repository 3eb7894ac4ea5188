// Reads a BODYSTRUCTURE (RFC 9051 section 7.5.2) as a tree with part numbers. Lenient: what is missing is `undefined`.
import { readParameters } from '../../headers/parameters.ts';
import { decodeWords } from '../../headers/words.ts';
import type { Scanner } from '../../wire/tokens/scanner.ts';
import type { BodyPart, Parameters } from '../types/body-part.ts';
import { readEnvelope } from './envelope.ts';

/** A message with more parts than these is hostile: two bytes would make one. */
const MAX_PARTS = 10_000;

type Part = { -readonly [Key in keyof BodyPart]: BodyPart[Key] };

const NONE: Parameters = /* @__PURE__ */ Object.freeze(/* @__PURE__ */ Object.create(null));

/** The structure of a message, or `undefined` for NIL. */
export function readBodyStructure(scanner: Scanner): BodyPart | undefined {
  return readPart(scanner, '', true);
}

/**
 * @param number The number of the part; of the message around it where it is a message's whole body.
 * @param isBody Whether it is that.
 */
function readPart(scanner: Scanner, number: string, isBody: boolean): BodyPart | undefined {
  scanner.spaces();
  if (!scanner.enter()) {
    scanner.text();
    return undefined;
  }
  scanner.spaces();
  const inner = number === '' ? '' : `${number}.`;
  return scanner.isAtList
    ? readMultipart(scanner, inner, isBody ? `${inner}TEXT` : number)
    : readSingle(scanner, isBody ? `${inner}1` : number);
}

function readMultipart(scanner: Scanner, inner: string, number: string): BodyPart {
  const parts: BodyPart[] = [];
  for (; scanner.isAtList; scanner.spaces()) {
    scanner.countMember(MAX_PARTS);
    const part = readPart(scanner, `${inner}${parts.length + 1}`, false);
    if (part !== undefined) parts.push(part);
  }
  return finish(
    scanner,
    partOf(number, `multipart/${scanner.text() ?? 'mixed'}`, parameters(scanner), parts),
  );
}

function readSingle(scanner: Scanner, number: string): BodyPart {
  const main = scanner.text();
  scanner.spaces();
  // A multipart without parts: Exchange sends NIL for them, others only the subtype.
  if (main === undefined) return readMultipart(scanner, '', number);
  if (scanner.isAtList) return finish(scanner, partOf(number, `multipart/${main}`, parameters(scanner)));
  const subtype = scanner.text();
  // Gmail: ("RELATED" NIL ("ATTACHMENT" NIL) NIL).
  if (subtype === undefined) return finish(scanner, partOf(number, `multipart/${main}`, NONE));
  const parts: BodyPart[] = [];
  const part = partOf(number, `${main}/${subtype}`, parameters(scanner), parts);
  part.id = scanner.text();
  part.description = decoded(scanner.text());
  part.encoding = scanner.text()?.toLowerCase();
  part.size = scanner.number();
  let isMd5Read = false;
  if (part.type === 'message/rfc822' || part.type === 'message/global') {
    scanner.spaces();
    isMd5Read = !scanner.isAtList;
    part.envelope = readEnvelope(scanner);
    scanner.spaces();
    // Gmail sends neither envelope nor body now and then: then that NIL was the MD5, and a disposition follows.
    if (!isMd5Read || !scanner.isAtList || !isDisposition(scanner)) {
      isMd5Read = false;
      const body = readPart(scanner, number, true);
      if (body !== undefined) parts.push(body);
    }
  }
  scanner.spaces();
  if (isDigit(scanner.peek())) part.lines = scanner.number();
  if (!isMd5Read) part.md5 = scanner.text();
  return finish(scanner, part);
}

/** A part of which nothing more is known yet. */
function partOf(part: string, type: string, fields: Parameters, parts: readonly BodyPart[] = []): Part {
  return {
    part,
    type: type.toLowerCase(),
    parameters: fields,
    id: undefined,
    description: undefined,
    encoding: undefined,
    size: undefined,
    lines: undefined,
    md5: undefined,
    disposition: undefined,
    dispositionParameters: NONE,
    filename: undefined,
    languages: [],
    location: undefined,
    envelope: undefined,
    parts,
  };
}

/** Reads the extension data that all parts have, and leaves the part. */
function finish(scanner: Scanner, part: Part): BodyPart {
  scanner.spaces();
  const isList = scanner.enter();
  part.disposition = scanner.text()?.toLowerCase();
  if (isList) {
    part.dispositionParameters = parameters(scanner);
    scanner.leaveRest();
  }
  // biome-ignore lint/complexity/useLiteralKeys: they are names of parameters
  part.filename = part.dispositionParameters['filename'] ?? part.parameters['name'];
  part.languages = scanner.texts();
  part.location = scanner.text();
  scanner.leaveRest();
  return part;
}

function parameters(scanner: Scanner): Parameters {
  const words = scanner.list(() => (scanner.isAtList ? void scanner.skip() : scanner.text()));
  if (words.length < 2) return NONE;
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    const name = words[at];
    if (name !== undefined) pairs.push([name, words[at + 1] ?? '']);
  }
  return readParameters(pairs);
}

/** Whether the list here is `("attachment" (...))` or `("attachment" NIL)`, and no body, whose second member is a string. */
function isDisposition(scanner: Scanner): boolean {
  const { at } = scanner;
  scanner.take(0x28);
  scanner.spaces();
  let second: string | undefined;
  if (!scanner.isAtList) {
    scanner.text();
    scanner.spaces();
    second = scanner.isAtList ? undefined : scanner.text();
  } else second = '';
  scanner.at = at;
  return second === undefined;
}

function decoded(text: string | undefined): string | undefined {
  return text === undefined ? undefined : decodeWords(text);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
