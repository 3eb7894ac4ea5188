// One upload: small files in one piece, others in parts under a name of their own, which is the file's name at last. What broke off
// goes on where it ended, also after a reload.
import { joinPath } from '../../names/path.ts';
import type { FileStore } from '../../store/contract.ts';
import { nextPartBytes, partName, WHOLE_BYTES } from './parts.ts';

/** What is uploaded, and where to. */
export interface UploadJob {
  readonly file: File;
  readonly folder: string;
  readonly name: string;
  /** What the gateway takes at once, in bytes. */
  readonly mostBytes: number;
}

/** What an upload tells. */
export interface UploadEvents {
  /** Bytes that the server has. */
  readonly onProgress: (bytes: number) => void;
  /** Where it goes on, above 0. */
  readonly onResume: (bytes: number) => void;
}

/** Uploads a file; one of the same name is replaced when the new one is whole. @throws FairleadProblem; Error for another size. */
export async function upload(
  store: FileStore,
  { file, folder, name, mostBytes }: UploadJob,
  { onProgress, onResume }: UploadEvents,
  signal: AbortSignal,
): Promise<void> {
  const target = joinPath(folder, name);
  if (file.size <= Math.min(WHOLE_BYTES, mostBytes)) {
    await store.put(target, file, { signal });
    onProgress(file.size);
    return;
  }
  const part = joinPath(folder, partName({ name, size: file.size, lastModified: file.lastModified }));
  let offset = await startOf(store, part, file.size, signal);
  if (offset > 0) onResume(offset);
  onProgress(offset);
  let last: { bytes: number; ms: number } | undefined;
  while (offset < file.size) {
    const end = Math.min(file.size, offset + nextPartBytes(last, mostBytes));
    const begunAt = performance.now();
    await store.putPart(part, file.slice(offset, end), offset, { signal });
    last = { bytes: end - offset, ms: performance.now() - begunAt };
    offset = end;
    onProgress(offset);
  }
  const found = await store.stat(part, { signal });
  if (found?.size !== undefined && found.size !== file.size)
    throw new Error(
      `The server has ${found.size} bytes, and the file has ${file.size}. Something else wrote to it: upload it again.`,
    );
  await store.rename(part, target, { signal });
}

/** How much of the file the server has from before. */
async function startOf(store: FileStore, part: string, size: number, signal: AbortSignal): Promise<number> {
  const found = await store.stat(part, { signal });
  const has = found?.kind === 'file' ? (found.size ?? 0) : 0;
  return has <= size ? has : 0;
}
