// Reads responses about mailboxes: LIST, STATUS, NAMESPACE, QUOTA, ACL (RFC 9051 section 7.3, RFC 9208, RFC 4314).
import { decodeMailboxName } from '../names/utf7.ts';
import type { Scanner } from '../wire/tokens/scanner.ts';
import type { Readers } from './readers.ts';
import type {
  AclResponse,
  ListResponse,
  ListRightsResponse,
  MyRightsResponse,
  Namespace,
  NamespaceResponse,
  QuotaResponse,
  QuotaRootResponse,
  StatusResponse,
} from './types/mailbox.ts';

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** The two forms of a mailbox's name. */
function readName(scanner: Scanner, utf8: boolean): { name: string; rawName: string } {
  const rawName = scanner.astring();
  return { name: utf8 ? rawName : decodeMailboxName(rawName), rawName };
}

/** `* LIST`, `* LSUB`. */
function readList(type: 'list' | 'lsub', scanner: Scanner, utf8: boolean): ListResponse {
  const attributes = scanner.texts();
  const delimiter = scanner.text() || undefined;
  const names = readName(scanner, utf8);
  let childInfo: string[] = [];
  let oldName: string | undefined;
  scanner.spaces();
  if (scanner.enter()) {
    while (!scanner.leave()) {
      const name = scanner.astring().toUpperCase();
      if (name === 'CHILDINFO') childInfo = scanner.texts();
      else if (name === 'OLDNAME') {
        scanner.spaces();
        [oldName] = scanner.list(() => readName(scanner, utf8).name);
      } else scanner.skip();
    }
  }
  return { type, attributes, delimiter, ...names, childInfo, oldName };
}

/** What LIST and LSUB are answered by. */
export const LIST_READERS: Readers = {
  LIST: (scanner, utf8) => readList('list', scanner, utf8),
  XLIST: (scanner, utf8) => readList('list', scanner, utf8),
  LSUB: (scanner, utf8) => readList('lsub', scanner, utf8),
  STATUS: readStatus,
};

const COUNTS = {
  MESSAGES: 'messages',
  RECENT: 'recent',
  UIDNEXT: 'uidNext',
  UIDVALIDITY: 'uidValidity',
  UNSEEN: 'unseen',
  DELETED: 'deleted',
  SIZE: 'size',
  APPENDLIMIT: 'appendLimit',
} as const;
const BIG_COUNTS = { HIGHESTMODSEQ: 'highestModSeq', 'DELETED-STORAGE': 'deletedStorage' } as const;

/** `* STATUS`. */
function readStatus(scanner: Scanner, utf8: boolean): StatusResponse {
  const status: Mutable<StatusResponse> = {
    type: 'status',
    ...readName(scanner, utf8),
    messages: undefined,
    recent: undefined,
    uidNext: undefined,
    uidValidity: undefined,
    unseen: undefined,
    deleted: undefined,
    size: undefined,
    deletedStorage: undefined,
    highestModSeq: undefined,
    appendLimit: undefined,
    mailboxId: undefined,
  };
  scanner.spaces();
  if (!scanner.enter()) return status;
  while (!scanner.leave()) {
    const name = scanner.name();
    if (name in COUNTS) status[COUNTS[name as keyof typeof COUNTS]] = scanner.number();
    else if (name in BIG_COUNTS) status[BIG_COUNTS[name as keyof typeof BIG_COUNTS]] = scanner.bigint();
    else if (name === 'MAILBOXID') [status.mailboxId] = scanner.texts();
    else scanner.skip();
  }
  return status;
}

/** `* NAMESPACE`. */
export function readNamespace(scanner: Scanner, utf8: boolean): NamespaceResponse {
  const read = (): Namespace[] =>
    scanner.list(() => {
      scanner.enter();
      const prefix = readName(scanner, utf8).name;
      const delimiter = scanner.text() || undefined;
      scanner.leaveRest();
      return { prefix, delimiter };
    });
  return { type: 'namespace', personal: read(), otherUsers: read(), shared: read() };
}

/** `* QUOTA`. */
export function readQuota(scanner: Scanner): QuotaResponse {
  const root = scanner.text() ?? '';
  const words = scanner.texts();
  const resources: { name: string; usage: bigint; limit: bigint }[] = [];
  for (let at = 0; at + 2 < words.length; at += 3) {
    const [name = '', usage = '', limit = ''] = words.slice(at, at + 3);
    if (/^\d{1,20} \d{1,20}$/.test(`${usage} ${limit}`)) {
      resources.push({ name: name.toUpperCase(), usage: BigInt(usage), limit: BigInt(limit) });
    }
  }
  return { type: 'quota', root, resources };
}

/** `* QUOTAROOT`. */
export function readQuotaRoot(scanner: Scanner, utf8: boolean): QuotaRootResponse {
  return { type: 'quotaroot', name: readName(scanner, utf8).name, roots: restOf(scanner) };
}

/** `* ACL`. */
export function readAcl(scanner: Scanner, utf8: boolean): AclResponse {
  const { name } = readName(scanner, utf8);
  const words = restOf(scanner);
  const entries: { identifier: string; rights: string }[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    entries.push({ identifier: words[at] ?? '', rights: words[at + 1] ?? '' });
  }
  return { type: 'acl', name, entries };
}

/** `* MYRIGHTS`. */
export function readMyRights(scanner: Scanner, utf8: boolean): MyRightsResponse {
  return { type: 'myrights', name: readName(scanner, utf8).name, rights: scanner.text() ?? '' };
}

/** `* LISTRIGHTS`. */
export function readListRights(scanner: Scanner, utf8: boolean): ListRightsResponse {
  const { name } = readName(scanner, utf8);
  const identifier = scanner.astring();
  const required = scanner.text() ?? '';
  return { type: 'listrights', name, identifier, required, optional: restOf(scanner) };
}

/** The strings up to the end. */
function restOf(scanner: Scanner): string[] {
  const words: string[] = [];
  for (scanner.spaces(); !scanner.isAtEnd; scanner.spaces()) {
    const from = scanner.at;
    words.push(scanner.astring());
    if (scanner.at === from) throw scanner.bad();
  }
  return words;
}
