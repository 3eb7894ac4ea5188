// Consumer groups: XGROUP, XACK, XPENDING, XCLAIM, XAUTOCLAIM.
import { integer, syntaxError } from '../../command.ts';
import type { Keyspace } from '../../keyspace.ts';
import { CommandError, NULL_ARRAY, OK, type Reply } from '../../reply.ts';
import { compareIds, type Group, type Id, idText, type Pending, Stream } from '../../values/stream.ts';
import { countOption, entryReply, parseId, parseRange } from './ids.ts';

/** @throws CommandError where the stream or its group is missing. */
export function groupOf(db: Keyspace, key: string, name: string): { stream: Stream; group: Group } {
  const stream = db.get(key, 'stream');
  const group = stream?.groups.get(name);
  if (!stream || !group) throw new CommandError(`NOGROUP No such key '${key}' or consumer group '${name}'`);
  return { stream, group };
}

function position(stream: Stream, text: string | undefined): Id {
  return text === '$' ? stream.last : parseId(text);
}

function create(db: Keyspace, [key = '', name = '', at, ...words]: string[]): Reply {
  const makes = words.some((word) => word.toUpperCase() === 'MKSTREAM');
  const known = db.get(key, 'stream');
  if (!known && !makes) {
    throw new CommandError(
      'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.',
    );
  }
  const stream = known ?? new Stream();
  if (stream.groups.has(name)) throw new CommandError('BUSYGROUP Consumer Group name already exists');
  stream.groups.set(name, {
    last: position(stream, at),
    entriesRead: entriesRead(words),
    consumers: new Map(),
    pending: new Map(),
  });
  if (!known) db.set(key, 'stream', stream);
  return OK;
}

function entriesRead(words: readonly string[]): number | null {
  const at = words.findIndex((word) => word.toUpperCase() === 'ENTRIESREAD');
  return at < 0 ? null : integer(words[at + 1]);
}

/** XGROUP. */
export function manageGroup(db: Keyspace, [word = '', ...args]: string[]): Reply {
  const name = word.toUpperCase();
  if (name === 'CREATE') return create(db, args);
  const [key = '', groupName = '', value = '', ...more] = args;
  const stream = db.get(key, 'stream');
  if (!stream) throw new CommandError('ERR The XGROUP subcommand requires the key to exist.');
  if (name === 'DESTROY') return stream.groups.delete(groupName) ? 1 : 0;
  const { group } = groupOf(db, key, groupName);
  if (name === 'SETID') {
    group.last = position(stream, value);
    group.entriesRead = entriesRead(more);
    return OK;
  }
  if (name === 'CREATECONSUMER') {
    if (group.consumers.has(value)) return 0;
    group.consumers.set(value, Date.now());
    return 1;
  }
  if (name !== 'DELCONSUMER') throw new CommandError(`ERR unknown subcommand '${word}'. Try XGROUP HELP.`);
  const kept = [...group.pending].filter(([, pending]) => pending.consumer !== value);
  const gone = group.pending.size - kept.length;
  group.pending = new Map(kept);
  group.consumers.delete(value);
  return gone;
}

/** XACK. */
export function acknowledge(db: Keyspace, [key = '', name = '', ...texts]: string[]): number {
  const ids = texts.map((text) => idText(parseId(text)));
  const group = db.get(key, 'stream')?.groups.get(name);
  return ids.filter((id) => group?.pending.delete(id)).length;
}

function summary(pending: readonly Pending[]): Reply {
  const first = pending[0];
  const last = pending.at(-1);
  if (!first || !last) return [0, null, null, NULL_ARRAY];
  const counts = new Map<string, number>();
  for (const { consumer } of pending) counts.set(consumer, (counts.get(consumer) ?? 0) + 1);
  const consumers = [...counts].map(([consumer, count]) => [consumer, String(count)]);
  return [pending.length, idText(first.id), idText(last.id), consumers];
}

/** XPENDING. */
export function listPending(db: Keyspace, [key = '', name = '', ...words]: string[]): Reply {
  const all = [...groupOf(db, key, name).group.pending.values()];
  if (!words.length) return summary(all);
  const idle = words[0]?.toUpperCase() === 'IDLE' ? integer(words.splice(0, 2)[1]) : 0;
  const [start, end, count, consumer, ...more] = words;
  if (count === undefined || more.length) throw syntaxError();
  const { low, high } = parseRange(start, end);
  return all
    .filter(({ id }) => compareIds(id, low) >= 0 && compareIds(id, high) <= 0)
    .filter((each) => consumer === undefined || each.consumer === consumer)
    .filter(({ deliveredAt }) => Date.now() - deliveredAt >= idle)
    .slice(0, Math.max(0, integer(count)))
    .map((each) => [idText(each.id), each.consumer, Date.now() - each.deliveredAt, each.deliveries]);
}

interface ClaimOptions {
  deliveredAt: number;
  deliveries?: number;
  force: boolean;
  justId: boolean;
}

function claimOptions(words: readonly string[]): ClaimOptions {
  const options: ClaimOptions = { deliveredAt: Date.now(), force: false, justId: false };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]?.toUpperCase();
    if (word === 'IDLE') options.deliveredAt = Date.now() - integer(words[++i]);
    else if (word === 'TIME') options.deliveredAt = integer(words[++i]);
    else if (word === 'RETRYCOUNT') options.deliveries = integer(words[++i]);
    else if (word === 'FORCE') options.force = true;
    else if (word === 'JUSTID') options.justId = true;
    else if (word === 'LASTID') parseId(words[++i]);
    else throw syntaxError();
  }
  return options;
}

/** Gives a pending entry to another consumer. */
function giveTo(pending: Pending, consumer: string, options: ClaimOptions): void {
  pending.consumer = consumer;
  pending.deliveredAt = options.deliveredAt;
  if (options.deliveries !== undefined) pending.deliveries = options.deliveries;
  else if (!options.justId) pending.deliveries++;
}

/** XCLAIM. */
export function claim(db: Keyspace, [key = '', name = '', consumer = '', least, ...words]: string[]): Reply {
  const { stream, group } = groupOf(db, key, name);
  const first = words.findIndex((word) => !/^\d/.test(word));
  const ids = words.slice(0, first < 0 ? undefined : first).map((text) => parseId(text));
  const options = claimOptions(first < 0 ? [] : words.slice(first));
  const idle = integer(least);
  group.consumers.set(consumer, Date.now());
  return ids.flatMap((id): Reply[] => {
    const entry = stream.find(id);
    const known = group.pending.get(idText(id));
    if (!entry) group.pending.delete(idText(id));
    if (!entry || (!known && !options.force)) return [];
    if (known && Date.now() - known.deliveredAt < idle) return [];
    const pending = known ?? { id, consumer, deliveredAt: 0, deliveries: 0 };
    giveTo(pending, consumer, options);
    group.pending.set(idText(id), pending);
    return [options.justId ? idText(id) : entryReply(entry)];
  });
}

/** XAUTOCLAIM. */
export function claimIdle(
  db: Keyspace,
  [key = '', name = '', consumer = '', least, start = '', ...words]: string[],
): Reply {
  const { stream, group } = groupOf(db, key, name);
  const at = words.findIndex((word) => word.toUpperCase() === 'COUNT');
  const count = at < 0 ? 100 : (countOption(words.splice(at, 2)[1]) ?? 100);
  const options = claimOptions(words);
  const { low } = parseRange(start, '+');
  const idle = integer(least);
  group.consumers.set(consumer, Date.now());
  const due = [...group.pending.values()].filter(
    ({ id, deliveredAt }) => compareIds(id, low) >= 0 && Date.now() - deliveredAt >= idle,
  );
  const claimed: Reply[] = [];
  const gone: string[] = [];
  for (const pending of due.slice(0, count)) {
    const entry = stream.find(pending.id);
    if (!entry) {
      group.pending.delete(idText(pending.id));
      gone.push(idText(pending.id));
      continue;
    }
    giveTo(pending, consumer, options);
    claimed.push(options.justId ? idText(pending.id) : entryReply(entry));
  }
  const next = due[count];
  return [next ? idText(next.id) : '0-0', claimed, gone];
}
