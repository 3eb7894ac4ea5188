// XINFO.
import type { Keyspace } from '../../keyspace.ts';
import { CommandError, type Reply } from '../../reply.ts';
import { FIRST, type Group, idText, type Stream } from '../../values/stream.ts';
import { groupOf } from './groups.ts';
import { entryReply } from './ids.ts';

function describe(stream: Stream): Reply {
  const [first] = stream.entries;
  const last = stream.entries.at(-1);
  return new Map<string, Reply>([
    ['length', stream.entries.length],
    // A radix tree, of which this server has none.
    ['radix-tree-keys', first ? 1 : 0],
    ['radix-tree-nodes', first ? 2 : 1],
    ['last-generated-id', idText(stream.last)],
    ['max-deleted-entry-id', idText(stream.maxDeleted)],
    ['entries-added', stream.added],
    ['recorded-first-entry-id', idText(first?.id ?? FIRST)],
    ['groups', stream.groups.size],
    ['first-entry', first ? entryReply(first) : null],
    ['last-entry', last ? entryReply(last) : null],
  ]);
}

function describeGroup(stream: Stream, [name, group]: [string, Group]): Reply {
  return new Map<string, Reply>([
    ['name', name],
    ['consumers', group.consumers.size],
    ['pending', group.pending.size],
    ['last-delivered-id', idText(group.last)],
    ['entries-read', group.entriesRead],
    ['lag', stream.after(group.last).length],
  ]);
}

function describeConsumer(group: Group, [name, seenAt]: [string, number]): Reply {
  const idle = Date.now() - seenAt;
  const pending = [...group.pending.values()].filter(({ consumer }) => consumer === name).length;
  return new Map<string, Reply>([
    ['name', name],
    ['pending', pending],
    ['idle', idle],
    ['inactive', idle],
  ]);
}

/** XINFO. */
export function info(db: Keyspace, [word = '', key = '', groupName, ...more]: string[]): Reply {
  const stream = db.get(key, 'stream');
  if (!stream) throw new CommandError('ERR no such key');
  const name = word.toUpperCase();
  if (name === 'STREAM' && groupName === undefined) return describe(stream);
  if (name === 'GROUPS' && groupName === undefined)
    return [...stream.groups].map((each) => describeGroup(stream, each));
  if (name === 'CONSUMERS' && groupName !== undefined && !more.length) {
    const { group } = groupOf(db, key, groupName);
    return [...group.consumers].map((each) => describeConsumer(group, each));
  }
  throw new CommandError(
    `ERR unknown subcommand or wrong number of arguments for '${word}'. Try XINFO HELP.`,
  );
}
