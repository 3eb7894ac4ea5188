// The attachments of a mail that is being written. Their names survive a reload; their bytes do not, and are to be chosen again.
import type { Signal } from '@preact/signals';
import { signal } from '@preact/signals';
import { draft, type Tab } from '../../../../app/tabs/tab.ts';
import type { EncodedFile } from '../mail.ts';
import { encodeBase64 } from './base64.ts';

/** A file's names and size, as they are kept. */
export interface AttachedFile {
  readonly id: string;
  readonly name: string;
  /** As the browser has it; empty where it knows none. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
}

/** The attachments of one tab. */
export class Attached {
  readonly files: Signal<readonly AttachedFile[]>;
  readonly #bytes: Signal<ReadonlyMap<string, Blob>> = signal(new Map());

  constructor(tab: Tab) {
    this.files = draft<readonly AttachedFile[]>(tab, 'files', []);
    if (!this.files.peek().every(isAttachedFile)) this.files.value = [];
  }

  /** Bytes of all files. */
  get size(): number {
    return this.files.value.reduce((sum, { size }) => sum + size, 0);
  }

  /** Those whose bytes a reload has lost. */
  get missing(): readonly AttachedFile[] {
    return this.files.value.filter(({ id }) => !this.#bytes.value.has(id));
  }

  /** Adds files; one that was lost by a reload takes its old place. */
  add(chosen: Iterable<File>): void {
    const bytes = new Map(this.#bytes.peek());
    const files = [...this.files.peek()];
    for (const file of chosen) {
      const lost = files.find(
        ({ id, name, size }) => !bytes.has(id) && name === file.name && size === file.size,
      );
      const id = lost?.id ?? crypto.randomUUID().slice(0, 8);
      if (lost === undefined) files.push({ id, name: file.name, type: file.type, size: file.size });
      bytes.set(id, file);
    }
    this.#bytes.value = bytes;
    this.files.value = files;
  }

  /** Takes one off the mail. */
  remove(id: string): void {
    const bytes = new Map(this.#bytes.peek());
    bytes.delete(id);
    this.#bytes.value = bytes;
    this.files.value = this.files.peek().filter((file) => file.id !== id);
  }

  /** Takes all off the mail. */
  clear(): void {
    this.#bytes.value = new Map();
    this.files.value = [];
  }

  /** All files as they are sent. @throws DOMException where a file was changed or moved since it was chosen. */
  async encoded(): Promise<readonly EncodedFile[]> {
    const encoded: EncodedFile[] = [];
    for (const { id, name, type } of this.files.peek()) {
      const blob = this.#bytes.peek().get(id);
      if (blob === undefined) continue;
      const content = encodeBase64(new Uint8Array(await blob.arrayBuffer()));
      encoded.push({ filename: name, contentType: type, content });
    }
    return encoded;
  }
}

function isAttachedFile(value: unknown): value is AttachedFile {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, type, size } = value as Partial<Record<keyof AttachedFile, unknown>>;
  return [id, name, type].every((text) => typeof text === 'string') && typeof size === 'number';
}
