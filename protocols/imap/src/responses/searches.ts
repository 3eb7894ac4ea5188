// Reads SEARCH, SORT, ESEARCH, THREAD and VANISHED (RFC 9051 section 7.3, RFC 5256, RFC 7162). It expands no set.
import { MAX_NUMBER, NumberSet } from '../names/number-set.ts';
import { limitError, protocolError } from '../wire/errors.ts';
import type { Scanner } from '../wire/tokens/scanner.ts';
import type { Readers } from './readers.ts';
import type {
  EsearchResponse,
  SearchResponse,
  ThreadNode,
  ThreadResponse,
  VanishedResponse,
} from './types/mailbox.ts';

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** How long a chain of answers may be: callers walk the tree by recursion. */
const MAX_CHAIN = 1_000;
/** Messages in all threads together, and in lists of numbers. */
const MAX_NODES = 1_000_000;

function readSet(scanner: Scanner): NumberSet {
  const set = NumberSet.parse(scanner.text() ?? '');
  if (set === undefined) throw protocolError('a set of numbers that is none');
  return set;
}

function readNumber(scanner: Scanner, least = 1): number {
  const number = scanner.number();
  if (number === undefined || number < least || number > MAX_NUMBER)
    throw protocolError('a number that is none');
  return number;
}

/** `* SEARCH`, `* SORT`. */
function readSearch(type: 'search' | 'sort', scanner: Scanner): SearchResponse {
  const numbers: number[] = [];
  let modSeq: bigint | undefined;
  for (scanner.spaces(); !scanner.isAtEnd; scanner.spaces()) {
    if (scanner.isAtList) {
      const [, value = ''] = scanner.texts();
      if (/^\d{1,20}$/.test(value)) modSeq = BigInt(value);
    } else {
      scanner.countMember(MAX_NODES);
      numbers.push(readNumber(scanner));
    }
  }
  return { type, numbers, modSeq };
}

/** `* ESEARCH`. */
function readEsearch(scanner: Scanner): EsearchResponse {
  const found: Mutable<EsearchResponse> = {
    type: 'esearch',
    tag: undefined,
    isUid: false,
    min: undefined,
    max: undefined,
    count: undefined,
    all: undefined,
    partial: undefined,
    modSeq: undefined,
  };
  scanner.spaces();
  if (scanner.isAtList) [, found.tag] = scanner.texts();
  for (scanner.spaces(); !scanner.isAtEnd; scanner.spaces()) {
    const name = scanner.name();
    if (name === 'UID') found.isUid = true;
    else if (name === 'MIN') found.min = readNumber(scanner);
    else if (name === 'MAX') found.max = readNumber(scanner);
    else if (name === 'COUNT') found.count = readNumber(scanner, 0);
    else if (name === 'ALL') found.all = readSet(scanner);
    else if (name === 'MODSEQ') found.modSeq = scanner.bigint();
    else if (name === 'PARTIAL') {
      const [range = '', set] = scanner.texts();
      found.partial = { range, set: (set && NumberSet.parse(set)) || NumberSet.of([]) };
    } else scanner.skip();
  }
  return found;
}

/** `* THREAD`. */
function readThread(scanner: Scanner): ThreadResponse {
  const threads: ThreadNode[] = [];
  for (scanner.spaces(); scanner.isAtList; scanner.spaces()) threads.push(...readThreads(scanner));
  return { type: 'thread', threads };
}

/** One list: a chain in which each message answers the one before it, and perhaps lists of answers to the last. */
function readThreads(scanner: Scanner): ThreadNode[] {
  scanner.enter();
  const top: ThreadNode[] = [];
  let children = top;
  const add = (number: number | undefined) => {
    scanner.countMember(MAX_NODES);
    const node = { number, children: [] };
    children.push(node);
    children = node.children;
  };
  let length = 0;
  while (!scanner.leave()) {
    if (scanner.isAtList) {
      if (children === top) add(undefined);
      children.push(...readThreads(scanner));
    } else {
      if (++length > MAX_CHAIN) throw limitError('messages in a chain', MAX_CHAIN);
      add(readNumber(scanner));
    }
  }
  return top;
}

/** What SEARCH is answered by. */
export const SEARCH_READERS: Readers = {
  SEARCH: (scanner) => readSearch('search', scanner),
  ESEARCH: readEsearch,
};
/** What SORT and THREAD are answered by. */
export const SORT_READERS: Readers = {
  SORT: (scanner) => readSearch('sort', scanner),
  THREAD: readThread,
};

/** `* VANISHED`. */
export function readVanished(scanner: Scanner): VanishedResponse {
  const words = scanner.isAtList ? scanner.texts() : [];
  return { type: 'vanished', isEarlier: words[0]?.toUpperCase() === 'EARLIER', uids: readSet(scanner) };
}
