// The files of the scripted SFTP server.

/** One file, folder or link; a link's target is its data. */
export interface Node {
  readonly kind: 'file' | 'directory' | 'symlink';
  data: Uint8Array;
  mode: number;
  /** What STAT tells, where it is not the data's length. */
  toldSize?: number;
}

const KIND_BITS = { file: 0o100000, directory: 0o040000, symlink: 0o120000 } as const;

/** The mode as SFTP sends it. */
export function fullMode({ kind, mode }: Node): number {
  return KIND_BITS[kind] | mode;
}

/** Files by their absolute paths. */
export class FileSystem {
  readonly nodes = new Map<string, Node>([
    ['/', { kind: 'directory', data: new Uint8Array(0), mode: 0o755 }],
  ]);

  add(path: string, data: Uint8Array | string = '', kind: Node['kind'] = 'file'): Node {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    const node: Node = { kind, data: bytes, mode: kind === 'file' ? 0o644 : 0o755 };
    this.nodes.set(path, node);
    return node;
  }

  get(path: string): Node | undefined {
    return this.nodes.get(path);
  }

  text(path: string): string | undefined {
    const node = this.nodes.get(path);
    return node && new TextDecoder().decode(node.data);
  }

  children(path: string): [name: string, node: Node][] {
    const prefix = path === '/' ? '/' : `${path}/`;
    return [...this.nodes]
      .filter(([at]) => at !== '/' && at.startsWith(prefix) && !at.slice(prefix.length).includes('/'))
      .map(([at, node]) => [at.slice(prefix.length), node]);
  }

  parentExists(path: string): boolean {
    return this.nodes.get(path.slice(0, Math.max(1, path.lastIndexOf('/'))))?.kind === 'directory';
  }

  /** Writes into a file, which grows in steps. */
  write(node: Node, offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > node.data.length) {
      const room = new Uint8Array(node.data.buffer, node.data.byteOffset);
      const grown = room.length >= end ? room : new Uint8Array(Math.max(end, room.length * 2));
      if (grown !== room) grown.set(node.data);
      node.data = grown.subarray(0, end);
    }
    node.data.set(bytes, offset);
  }
}
