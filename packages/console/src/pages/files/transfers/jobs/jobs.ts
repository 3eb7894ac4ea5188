// Uploads and downloads as jobs of the queue.
import { download } from '../../../../browser/files.ts';
import { joinPath } from '../../names/path.ts';
import type { Entry, FileStore } from '../../store/contract.ts';
import type { TransferJob } from '../queue.ts';
import { Fetched } from './fetched.ts';
import { upload } from './upload.ts';

/** Where an upload goes to. */
interface UploadPlace {
  readonly folder: string;
  /** What the gateway takes at once, in bytes. */
  readonly mostBytes: number;
}

/** Uploads a file to a folder that exists. */
export function uploadJob(store: FileStore, file: File, { folder, mostBytes }: UploadPlace): TransferJob {
  const { name, size } = file;
  return {
    direction: 'up',
    name,
    size,
    run: ({ bytes, resumedAt }, signal) =>
      upload(
        store,
        { file, folder, name, mostBytes },
        {
          onProgress: (count) => {
            bytes.value = count;
          },
          onResume: (count) => {
            resumedAt.value = count;
          },
        },
        signal,
      ),
  };
}

/** Downloads a file, and offers it to be saved when it is whole. */
export function downloadJob(store: FileStore, folder: string, { name, size }: Entry): TransferJob {
  const fetched = new Fetched();
  return {
    direction: 'down',
    name,
    size,
    async run(transfer, signal) {
      if (fetched.bytes > 0) transfer.resumedAt.value = fetched.bytes;
      const tell = () => {
        transfer.bytes.value = fetched.bytes;
        transfer.size.value = fetched.size ?? size;
      };
      await fetched.read(store, joinPath(folder, name), tell, signal);
      download(name, fetched.blob());
    },
  };
}
