// Attributes (Gopher+ section 2.5) from bytes to objects.
import { LineDecoder } from '@fairlead/bytes';
import { limitError } from '../errors.ts';
import { parseItem } from './decode-menu.ts';
import type { Attributes, Question, View } from './messages.ts';
import { decodeText, toBinary } from './text.ts';

const MAX_LINE_BYTES = 16_384;
const SPACE = 0x20;

/** The blocks of one item, while they arrive. */
interface Draft {
  info?: Uint8Array;
  readonly blocks: Map<string, string[]>;
}

/**
 * Reads attribute blocks, of one item or of all items of a menu (section 2.6), each of which begins with its +INFO.
 * @param maxItems Items, and lines of one item, at most.
 * @throws FairleadError `limit`: a line over 16,384 bytes, or too many items or lines.
 * @example
 * ```ts
 * import { fetch, parseAttributes } from '@fairlead/gopher';
 *
 * const bytes = await (await fetch('gopher://plus.example.com/1/docs', { gopherPlus: '$' })).bytes();
 * for (const { item, views } of parseAttributes(bytes, 1_000)) console.log(item?.display, views.length);
 * ```
 */
export function parseAttributes(bytes: Uint8Array, maxItems: number): Attributes[] {
  const lines = new LineDecoder({ maxLineBytes: MAX_LINE_BYTES, lineEnd: 'lenient' }, bytes.length);
  const drafts: Draft[] = [];
  let block: string[] = [];
  let count = 0;
  lines.push(bytes);
  const take = (line: Uint8Array): void => {
    if (line.length === 0) return;
    if (++count > maxItems) throw limitError('number of lines', maxItems, 'maxItems');
    const [, name, rest = ''] = /^\+([^\s:]+):? ?(.*)$/s.exec(decodeText(line)) ?? [];
    if (name === undefined) {
      block.push(decodeText(line[0] === SPACE ? line.subarray(1) : line));
      return;
    }
    const kind = name.toUpperCase();
    let draft = drafts.at(-1);
    if (draft === undefined || (kind === 'INFO' && draft.info !== undefined)) {
      draft = { blocks: new Map() };
      drafts.push(draft);
    }
    if (kind === 'INFO') draft.info = line.slice(line.indexOf(SPACE) + 1);
    block = rest ? [rest] : [];
    draft.blocks.set(kind, block);
  };
  let line = lines.next();
  for (; line && !isDot(line); line = lines.next()) take(line);
  if (line === undefined) take(withoutEnd(lines.rest()));
  return drafts.map(finish);
}

function isDot(line: Uint8Array): boolean {
  return line.length === 1 && line[0] === 0x2e;
}

/** The last line, where it has no end; a lone dot is none. */
function withoutEnd(rest: Uint8Array): Uint8Array {
  const line = rest.at(-1) === 0x0d ? rest.subarray(0, -1) : rest;
  return isDot(line) ? line.subarray(1) : line;
}

function finish({ info, blocks }: Draft): Attributes {
  const admin = blocks.get('ADMIN') ?? [];
  return {
    item: info && parseItem(toBinary(info)),
    admin: fieldOf(admin, 'Admin'),
    modified: /<(\d{14})>/.exec(fieldOf(admin, 'Mod-Date') ?? '')?.[1],
    views: (blocks.get('VIEWS') ?? []).flatMap(parseView),
    abstract: blocks.get('ABSTRACT')?.join('\n'),
    ask: (blocks.get('ASK') ?? []).flatMap(parseQuestion),
    blocks,
  };
}

function fieldOf(lines: readonly string[], name: string): string | undefined {
  const prefix = `${name.toLowerCase()}:`;
  const line = lines.find((one) => one.trimStart().toLowerCase().startsWith(prefix));
  return line?.slice(line.indexOf(':') + 1).trim();
}

/** `text/plain En_US: <10k>`. */
function parseView(line: string): View[] {
  const [, type, language, size] = /^\s*([^\s:]+)(?:\s+([^\s:]+))?\s*:?\s*(?:<([^>]*)>)?/.exec(line) ?? [];
  return type === undefined ? [] : [{ type, language, size }];
}

/** `Choose: Which one?<TAB>this<TAB>that`. */
function parseQuestion(line: string): Question[] {
  const [, kind, rest = ''] = /^\s*([^\s:]+):\s*(.*)$/.exec(line) ?? [];
  if (kind === undefined) return [];
  const [prompt = '', ...values] = rest.split('\t');
  return [{ kind, prompt, values }];
}
