// A server with files in memory, whose calls may fail.
import type { Entry, FileStore } from '../../src/pages/files/store/contract.ts';

/** Files by path, and what happens at each call. */
export class MemoryStore implements FileStore {
  readonly protocol = 'SFTP';
  readonly takesControls = true;
  readonly mayWrite = true;
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly calls: string[] = [];
  etag = '"1"';
  /** Called before each call; what it throws is the call's failure. */
  before: (call: string) => void = () => undefined;
  /** A download breaks off behind so many bytes. */
  breaksAt = Number.POSITIVE_INFINITY;

  #call(text: string): void {
    this.calls.push(text);
    this.before(text);
  }

  // biome-ignore lint/correctness/useYield: a memory of files has no folders here
  async *list(): AsyncGenerator<Entry> {
    this.#call('list');
  }

  async stat(path: string): Promise<Entry | undefined> {
    this.#call(`stat ${path}`);
    const file = this.files.get(path);
    if (file === undefined) return undefined;
    const unknown = { modifiedAt: undefined, mode: undefined, note: undefined };
    return { name: path.slice(1), kind: 'file', size: file.length, ...unknown };
  }

  async get(path: string, { start, etag }: { start: number; etag?: string | undefined }) {
    this.#call(`get ${path} ${start}`);
    const file = this.files.get(path) ?? new Uint8Array();
    const from = start > 0 && etag !== this.etag ? 0 : start;
    const end = Math.min(file.length, this.breaksAt);
    const isBroken = end < file.length;
    let at = from;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        if (at < end) {
          controller.enqueue(file.slice(at, Math.min(end, at + 1000)));
          at += 1000;
        } else if (isBroken) controller.error(new TypeError('network error'));
        else controller.close();
      },
    });
    return { body, start: from, size: file.length, etag: this.etag };
  }

  async put(path: string, body: Blob): Promise<void> {
    this.#call(`put ${path}`);
    this.files.set(path, await body.bytes());
  }

  async putPart(path: string, body: Blob, offset: number): Promise<void> {
    this.#call(`part ${path} ${offset}+${body.size}`);
    const old = this.files.get(path) ?? new Uint8Array();
    if (offset > 0 && old.length !== offset) throw new Error(`has ${old.length}, not ${offset}`);
    const kept = offset === 0 ? new Uint8Array() : old;
    const whole = new Uint8Array(kept.length + body.size);
    whole.set(kept);
    whole.set(await body.bytes(), kept.length);
    this.files.set(path, whole);
  }

  async mkdir(path: string): Promise<void> {
    this.#call(`mkdir ${path}`);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#call(`rename ${from} ${to}`);
    this.files.set(to, this.files.get(from) ?? new Uint8Array());
    this.files.delete(from);
  }

  async remove(path: string): Promise<void> {
    this.#call(`remove ${path}`);
    this.files.delete(path);
  }
}
