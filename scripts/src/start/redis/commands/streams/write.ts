// XADD, XTRIM, XDEL.
import { integer, syntaxError } from '../../command.ts';
import type { Keyspace } from '../../keyspace.ts';
import { CommandError, type Reply } from '../../reply.ts';
import { compareIds, type Id, idText, Stream } from '../../values/stream.ts';
import { parseId } from './ids.ts';

type Trim = (stream: Stream) => number;

/** `MAXLEN ~ 10 LIMIT 5` or `MINID 1-1` at `words[at]`. Approximate trimming is exact here. */
function trimOption(words: readonly string[], at: number): { trim: Trim; end: number } {
  let i = at;
  const name = words[i++]?.toUpperCase();
  const sign = words[i] === '~' || words[i] === '=' ? words[i++] : '=';
  const text = words[i++];
  let limit = Infinity;
  if (words[i]?.toUpperCase() === 'LIMIT') {
    if (sign !== '~')
      throw new CommandError('ERR syntax error, LIMIT cannot be used without the special ~ option');
    limit = integer(words[i + 1]) || Infinity;
    i += 2;
  }
  if (name === 'MAXLEN') {
    const most = integer(text);
    if (most < 0) throw new CommandError('ERR The MAXLEN argument must be >= 0.');
    const trim: Trim = (stream) => {
      const over = Math.min(limit, stream.entries.length - most);
      return stream.drop((_, position) => position < over);
    };
    return { trim, end: i };
  }
  const first = parseId(text);
  return { trim: (stream) => stream.drop(({ id }, n) => n < limit && compareIds(id, first) < 0), end: i };
}

function nextId(stream: Stream, text: string): Id {
  const [ms, sequence] = stream.last;
  if (text === '*') {
    const now = Date.now();
    return now > ms ? [now, 0] : [ms, sequence + 1];
  }
  if (text.endsWith('-*')) {
    const [wanted] = parseId(text.slice(0, -2));
    if (wanted === ms) return [ms, sequence + 1];
    return [wanted, wanted === 0 ? 1 : 0];
  }
  return parseId(text);
}

/** XADD. */
export function add(db: Keyspace, [key = '', ...words]: string[]): Reply {
  let i = 0;
  let mayMake = true;
  let trim: Trim | undefined;
  for (; i < words.length; ) {
    const word = words[i]?.toUpperCase();
    if (word === 'NOMKSTREAM') {
      mayMake = false;
      i++;
    } else if (word === 'MAXLEN' || word === 'MINID') {
      const option = trimOption(words, i);
      trim = option.trim;
      i = option.end;
    } else break;
  }
  const [text = '', ...fields] = words.slice(i);
  if (!fields.length || fields.length % 2)
    throw new CommandError("ERR wrong number of arguments for 'xadd' command");
  const known = db.get(key, 'stream');
  if (!known && !mayMake) return null;
  const stream = known ?? new Stream();
  const id = nextId(stream, text);
  if (compareIds(id, [0, 0]) === 0)
    throw new CommandError('ERR The ID specified in XADD must be greater than 0-0');
  if (compareIds(id, stream.last) <= 0) {
    throw new CommandError(
      'ERR The ID specified in XADD is equal or smaller than the target stream top item',
    );
  }
  if (!known) db.set(key, 'stream', stream);
  stream.append({ id, fields });
  trim?.(stream);
  db.touch(key);
  return idText(id);
}

/** XTRIM. */
export function trimTo(db: Keyspace, [key = '', ...words]: string[]): number {
  if (!/^(maxlen|minid)$/i.test(words[0] ?? '')) throw syntaxError();
  const { trim, end } = trimOption(words, 0);
  if (end < words.length) throw syntaxError();
  const stream = db.get(key, 'stream');
  const dropped = stream ? trim(stream) : 0;
  if (dropped) db.touch(key);
  return dropped;
}

/** XDEL. */
export function remove(db: Keyspace, [key = '', ...texts]: string[]): number {
  const ids = texts.map((text) => parseId(text));
  const dropped =
    db.get(key, 'stream')?.drop(({ id }) => ids.some((each) => compareIds(each, id) === 0)) ?? 0;
  if (dropped) db.touch(key);
  return dropped;
}
