// XRANGE, XREAD, XREADGROUP. Nothing waits: BLOCK is answered as if its time were over.
import { integer, syntaxError } from '../../command.ts';
import type { Keyspace } from '../../keyspace.ts';
import { ByKey, CommandError, NULL_ARRAY, type Reply } from '../../reply.ts';
import { compareIds, type Entry, type Group, idText, type Stream } from '../../values/stream.ts';
import { countOption, entryReply, parseId, parseRange } from './ids.ts';

/** XRANGE, and XREVRANGE, which begins with the higher bound. */
export function range(
  db: Keyspace,
  [key = '', a, b, word, count, ...more]: string[],
  reverse: boolean,
): Reply {
  if (more.length || (word !== undefined && word.toUpperCase() !== 'COUNT')) throw syntaxError();
  const most = word === undefined ? undefined : integer(count);
  const entries = db.get(key, 'stream')?.range(reverse ? parseRange(b, a) : parseRange(a, b)) ?? [];
  if (reverse) entries.reverse();
  return entries.slice(0, most).map(entryReply);
}

interface ReadOptions {
  count?: number | undefined;
  acknowledged: boolean;
  streams: [key: string, id: string][];
}

function readOptions(words: readonly string[]): ReadOptions {
  const options: ReadOptions = { acknowledged: false, streams: [] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]?.toUpperCase();
    if (word === 'COUNT') options.count = countOption(words[++i]);
    else if (word === 'BLOCK') integer(words[++i]);
    else if (word === 'NOACK') options.acknowledged = true;
    else if (word === 'STREAMS') {
      const rest = words.slice(i + 1);
      const half = rest.length / 2;
      if (!Number.isInteger(half) || !half) {
        throw new CommandError(
          "ERR Unbalanced 'xread' list of streams: for each stream key an ID, '+', or '$' must be specified.",
        );
      }
      options.streams = rest.slice(0, half).map((key, n) => [key, rest[half + n] ?? '']);
      return options;
    } else throw syntaxError();
  }
  throw syntaxError();
}

function answer(found: [string, Reply[]][]): Reply {
  const read = found.filter(([, entries]) => entries.length);
  return read.length ? new ByKey(read) : NULL_ARRAY;
}

function newer(stream: Stream | undefined, text: string): Entry[] {
  if (!stream || text === '$') return [];
  return text === '+' ? stream.entries.slice(-1) : stream.after(parseId(text));
}

/** XREAD. */
export function read(db: Keyspace, words: string[]): Reply {
  const { count, streams } = readOptions(words);
  return answer(
    streams.map(([key, id]) => [key, newer(db.get(key, 'stream'), id).slice(0, count).map(entryReply)]),
  );
}

/** Delivers what no consumer of the group has got yet. */
function deliver(
  stream: Stream,
  group: Group,
  consumer: string,
  { count, acknowledged }: ReadOptions,
): Entry[] {
  const entries = stream.after(group.last).slice(0, count);
  for (const { id } of entries) {
    group.last = id;
    group.entriesRead = (group.entriesRead ?? 0) + 1;
    if (!acknowledged)
      group.pending.set(idText(id), { id, consumer, deliveredAt: Date.now(), deliveries: 1 });
  }
  return entries;
}

/** What the consumer has got behind `from` and not acknowledged; entries that are gone have no fields. */
function again(
  stream: Stream,
  group: Group,
  consumer: string,
  from: string,
  count: number | undefined,
): Reply[] {
  const id = parseId(from);
  return [...group.pending.values()]
    .filter((pending) => pending.consumer === consumer && compareIds(pending.id, id) > 0)
    .slice(0, count)
    .map((pending) => [idText(pending.id), stream.find(pending.id)?.fields ?? NULL_ARRAY]);
}

/** XREADGROUP. */
export function readGroup(db: Keyspace, [word = '', name = '', consumer = '', ...words]: string[]): Reply {
  if (word.toUpperCase() !== 'GROUP') throw syntaxError();
  const options = readOptions(words);
  const groups = options.streams.map(([key, from]) => {
    const stream = db.get(key, 'stream');
    const group = stream?.groups.get(name);
    if (!stream || !group) {
      throw new CommandError(
        `NOGROUP No such key '${key}' or consumer group '${name}' in XREADGROUP with GROUP option`,
      );
    }
    return { key, from, stream, group };
  });
  const found = groups.map(({ key, from, stream, group }): [string, Reply[]] => {
    group.consumers.set(consumer, Date.now());
    if (from === '>') return [key, deliver(stream, group, consumer, options).map(entryReply)];
    return [key, again(stream, group, consumer, from, options.count)];
  });
  // A history is answered even where it is empty.
  if (groups.every(({ from }) => from !== '>')) return new ByKey(found);
  return answer(found);
}
