// GridFS: files of any size in a database.

export { GridFSBucket } from './bucket.ts';
export type {
  Download,
  DownloadByNameOptions,
  DownloadOptions,
  GridFSBucketOptions,
  GridFSFile,
  GridFSFileDocument,
  UploadBody,
  UploadOptions,
} from './types.ts';
