// What an honest SFTP server answers, on the scripted server's files.
import * as FXP from '../../../src/sftp/wire/numbers/fxp.ts';
import * as OPEN_FLAG from '../../../src/sftp/wire/numbers/open-flag.ts';
import { SshReader } from '../../../src/wire/ssh-reader.ts';
import type { SshWriter } from '../../../src/wire/ssh-writer.ts';
import { type FileSystem, fullMode, type Node } from './file-system.ts';
import { type AnswerOptions, message, type Request, status } from './messages.ts';

interface Handle {
  readonly node: Node;
  readonly path: string;
  readonly flags: number;
  /** Entries that READDIR has not sent. */
  entries?: [string, Node][];
}

const OK = 0;
const EOF = 1;
const NO_SUCH_FILE = 2;
const FAILURE = 4;
const OP_UNSUPPORTED = 8;

export class Answers {
  readonly handles = new Map<string, Handle>();
  readonly #files: FileSystem;
  readonly #options: AnswerOptions;
  #lastHandle = 0;

  constructor(files: FileSystem, options: AnswerOptions) {
    this.#files = files;
    this.#options = options;
  }

  to(request: Request): Uint8Array {
    const { type, id, body, name } = request;
    const reader = new SshReader(body);
    if (type === FXP.EXTENDED) {
      reader.name();
      return this.#extended(name, id, reader);
    }
    if (HANDLE_REQUESTS.includes(type)) return this.#ofHandle(type, id, reader);
    return this.#ofPath(type, id, reader);
  }

  #ofHandle(type: number, id: number, reader: SshReader): Uint8Array {
    const key = reader.name();
    const handle = this.handles.get(key);
    if (handle === undefined) return status(id, FAILURE, 'no such handle');
    const { node } = handle;
    switch (type) {
      case FXP.CLOSE:
        this.handles.delete(key);
        return status(id, OK);
      case FXP.READ:
        return this.#read(id, node, Number(reader.u64()), reader.u32());
      case FXP.WRITE:
        this.#files.write(node, Number(reader.u64()), reader.string());
        return status(id, OK);
      case FXP.FSTAT:
        return attributes(id, node);
      case FXP.FSETSTAT:
        setAttributes(node, reader);
        return status(id, OK);
      default:
        return this.#readFolder(id, handle);
    }
  }

  #read(id: number, { data }: Node, offset: number, count: number): Uint8Array {
    if (offset >= data.length) return status(id, EOF);
    const piece = data.subarray(offset, offset + Math.min(count, this.#options.maxRead ?? count));
    return message(FXP.DATA, id, (writer) => writer.string(piece));
  }

  #readFolder(id: number, handle: Handle): Uint8Array {
    const entries = handle.entries?.splice(0, this.#options.namesPerReply ?? 100) ?? [];
    return entries.length === 0 ? status(id, EOF) : nameReply(id, entries);
  }

  #ofPath(type: number, id: number, reader: SshReader): Uint8Array {
    const path = new TextDecoder().decode(reader.string());
    const node = this.#files.get(path);
    switch (type) {
      case FXP.OPEN:
        return this.#open(id, path, reader.u32());
      case FXP.MKDIR:
        if (!this.#files.parentExists(path)) return status(id, NO_SUCH_FILE);
        if (node !== undefined) return status(id, FAILURE);
        this.#files.add(path, '', 'directory');
        return status(id, OK);
      case FXP.SYMLINK:
        this.#files.add(reader.text(), path, 'symlink');
        return status(id, OK);
      case FXP.REALPATH:
        return nameReply(id, [[path === '.' ? '/home' : path, this.#files.nodes.get('/') as Node]]);
      default:
        return node === undefined ? status(id, NO_SUCH_FILE) : this.#ofNode(type, id, path, node, reader);
    }
  }

  #ofNode(type: number, id: number, path: string, node: Node, reader: SshReader): Uint8Array {
    switch (type) {
      case FXP.STAT:
      case FXP.LSTAT:
        return attributes(id, node);
      case FXP.SETSTAT:
        setAttributes(node, reader);
        return status(id, OK);
      case FXP.OPENDIR:
        if (node.kind !== 'directory') return status(id, FAILURE);
        return this.#handle(id, { node, path, flags: 0, entries: this.#listed(path, node) });
      case FXP.REMOVE:
      case FXP.RMDIR:
        if ((type === FXP.RMDIR) !== (node.kind === 'directory')) return status(id, FAILURE);
        if (type === FXP.RMDIR && this.#files.children(path).length > 0) return status(id, FAILURE);
        this.#files.nodes.delete(path);
        return status(id, OK);
      case FXP.RENAME:
        return this.#rename(id, path, reader.text(), false);
      case FXP.READLINK:
        return nameReply(id, [[new TextDecoder().decode(node.data), node]]);
      default:
        return status(id, OP_UNSUPPORTED);
    }
  }

  #listed(path: string, node: Node): [string, Node][] {
    return [['.', node], ['..', node], ...this.#files.children(path)];
  }

  #open(id: number, path: string, flags: number): Uint8Array {
    const found = this.#files.get(path);
    if (found !== undefined && flags & OPEN_FLAG.EXCL) return status(id, FAILURE, 'exists');
    if (found === undefined && (!(flags & OPEN_FLAG.CREAT) || !this.#files.parentExists(path))) {
      return status(id, NO_SUCH_FILE, 'No such file');
    }
    const node = found ?? this.#files.add(path);
    if (flags & OPEN_FLAG.TRUNC) node.data = new Uint8Array(0);
    return this.#handle(id, { node, path, flags });
  }

  #handle(id: number, handle: Handle): Uint8Array {
    const key = `h${++this.#lastHandle}`;
    this.handles.set(key, handle);
    return message(FXP.HANDLE, id, (writer) => writer.string(key));
  }

  #rename(id: number, from: string, to: string, replaces: boolean): Uint8Array {
    const node = this.#files.get(from);
    if (node === undefined) return status(id, NO_SUCH_FILE);
    if (!replaces && this.#files.get(to) !== undefined) return status(id, FAILURE);
    this.#files.nodes.delete(from);
    this.#files.nodes.set(to, node);
    return status(id, OK);
  }

  #extended(name: string, id: number, reader: SshReader): Uint8Array {
    switch (name) {
      case 'limits@openssh.com':
        return message(FXP.EXTENDED_REPLY, id, (writer) => {
          for (const limit of [262_144, this.#options.limits ?? 0, this.#options.limits ?? 0, 0])
            writer.u64(limit);
        });
      case 'posix-rename@openssh.com':
        return this.#rename(id, reader.text(), reader.text(), true);
      case 'hardlink@openssh.com': {
        const node = this.#files.get(reader.text());
        if (node !== undefined) this.#files.nodes.set(reader.text(), node);
        return status(id, node === undefined ? NO_SUCH_FILE : OK);
      }
      case 'expand-path@openssh.com':
        return nameReply(id, [[reader.text().replace('~', '/home/app'), this.#files.nodes.get('/') as Node]]);
      case 'statvfs@openssh.com':
        return message(FXP.EXTENDED_REPLY, id, (writer) => {
          for (let at = 1; at <= 11; at++) writer.u64(at);
        });
      case 'copy-data':
        return this.#copy(id, reader);
      case 'lsetstat@openssh.com': {
        const node = this.#files.get(reader.text());
        if (node !== undefined) setAttributes(node, reader);
        return status(id, node === undefined ? NO_SUCH_FILE : OK);
      }
      default:
        return status(id, name === 'fsync@openssh.com' ? OK : OP_UNSUPPORTED);
    }
  }

  #copy(id: number, reader: SshReader): Uint8Array {
    const from = this.handles.get(reader.name());
    reader.u64();
    reader.u64();
    const to = this.handles.get(reader.name());
    if (from === undefined || to === undefined) return status(id, FAILURE);
    to.node.data = from.node.data.slice();
    return status(id, OK);
  }
}

const HANDLE_REQUESTS: readonly number[] = [
  FXP.CLOSE,
  FXP.READ,
  FXP.WRITE,
  FXP.FSTAT,
  FXP.FSETSTAT,
  FXP.READDIR,
];

function attributes(id: number, node: Node): Uint8Array {
  return message(FXP.ATTRS, id, (writer) => writeAttributes(writer, node));
}

/** Attributes of a node: size, owner, mode, times. */
export function writeAttributes(writer: SshWriter, node: Node): void {
  writer.u32(15);
  writer.u64(node.toldSize ?? node.data.length);
  writer.u32(1_000);
  writer.u32(1_001);
  writer.u32(fullMode(node));
  writer.u32(1_700_000_000);
  writer.u32(1_700_000_001);
}

function setAttributes(node: Node, reader: SshReader): void {
  const flags = reader.u32();
  if (flags & 1) {
    const data = new Uint8Array(Number(reader.u64()));
    data.set(node.data.subarray(0, data.length));
    node.data = data;
  }
  if (flags & 2) reader.u64();
  if (flags & 4) node.mode = reader.u32();
}

/** NAME with these entries. */
export function nameReply(id: number, entries: readonly [string, Node][]): Uint8Array {
  return message(FXP.NAME, id, (writer) => {
    writer.u32(entries.length);
    for (const [name, node] of entries) {
      writer.string(name);
      writer.string(`-rw-r--r-- 1 app app ${node.data.length} ${name}`);
      writeAttributes(writer, node);
    }
  });
}
