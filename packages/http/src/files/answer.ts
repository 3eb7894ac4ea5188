// The head of an answer with a file: whole, a part of it, or the word that the caller has it already. It reads no file.
import type { RouteContext } from '../app/contract.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { fileHeaders } from './headers.ts';
import { type ByteRange, readRange } from './range.ts';
import { etagOf, type FileVersion, isKnown, isRangeWanted } from './validators.ts';

/** A file that a route sends. */
export interface FileToSend extends FileVersion {
  /** The name to save it under; its ending decides on the type. */
  readonly name: string;
  /** Undefined where the server does not tell it: then there are no ranges, no length and no ETag. */
  readonly size: number | undefined;
}

/** The head of the answer. */
export interface FileAnswer {
  readonly status: 200 | 206 | 304;
  /** Without `Content-Length`. */
  readonly headers: Readonly<Record<string, string>>;
  /** For 206. */
  readonly range: ByteRange | undefined;
  /** How many bytes the body has, where that is known. */
  readonly length: number | undefined;
}

/**
 * What to answer to the headers `If-None-Match`, `If-Range` and `Range` of a request.
 * @throws HttpProblem 416 with `Content-Range`, where the range has no byte of the file.
 */
export function fileAnswer(c: RouteContext, { name, ...version }: FileToSend): FileAnswer {
  const { size, modifiedAt } = version;
  const etag = etagOf(version);
  const lastModified = modifiedAt?.toUTCString();
  const headers = {
    ...fileHeaders(name),
    ...(etag === undefined ? {} : { ETag: etag }),
    ...(lastModified === undefined ? {} : { 'Last-Modified': lastModified }),
  };
  const nothing = { range: undefined, length: undefined };
  if (isKnown(c.req.header('If-None-Match'), etag)) return { status: 304, headers, ...nothing };
  if (size === undefined) return { status: 200, headers, ...nothing };
  const ranged = { ...headers, 'Accept-Ranges': 'bytes' };
  const isWanted = isRangeWanted(c.req.header('If-Range'), etag, lastModified);
  const range = isWanted ? readRange(c.req.header('Range'), size) : undefined;
  if (range === 'unsatisfiable') throw behindTheEnd(size);
  if (range === undefined) return { status: 200, headers: ranged, range, length: size };
  const { start, end } = range;
  const part = { ...ranged, 'Content-Range': `bytes ${start}-${end - 1}/${size}` };
  return { status: 206, headers: part, range, length: end - start };
}

function behindTheEnd(size: number): HttpProblem {
  return new HttpProblem('range_not_satisfiable', `The file has ${size} bytes.`, {
    headers: { 'Content-Range': `bytes */${size}` },
  });
}
