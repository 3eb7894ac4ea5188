// An answer with a file, as the page reads it.
import type { Download, DownloadFrom } from './contract.ts';

const CONTENT_RANGE = /^bytes (\d+)-\d+\/(\d+)$/;

/** Headers that ask for the rest of a file, where it is still the same. */
export function rangeHeaders({ start, end, etag }: DownloadFrom): Record<string, string> {
  if (start === 0 && end === undefined) return {};
  const range = `bytes=${start}-${end === undefined ? '' : end - 1}`;
  return { Range: range, ...(etag !== undefined && { 'If-Range': etag }) };
}

/** Reads the head of an answer. @throws Error for one without a body. */
export function readDownload(response: Response): Download {
  if (response.body === null) throw new Error('The answer of the gateway has no body.');
  const [, start, size] = CONTENT_RANGE.exec(response.headers.get('Content-Range') ?? '') ?? [];
  const length = response.headers.get('Content-Length');
  return {
    body: response.body,
    start: Number(start ?? 0),
    size: size === undefined ? (length === null ? undefined : Number(length)) : Number(size),
    etag: response.headers.get('ETag') ?? undefined,
  };
}
