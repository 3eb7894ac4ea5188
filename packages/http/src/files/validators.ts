// ETag and Last-Modified of a file, and the conditions of a request (RFC 9110 sections 8.8 and 13).

/** The version of a file, as far as its server tells it. */
export interface FileVersion {
  readonly size?: number | undefined;
  readonly modifiedAt?: Date | undefined;
}

/** By size and time in whole seconds: a file that changes within a second and keeps its size keeps its tag. */
export function etagOf({ size, modifiedAt }: FileVersion): string | undefined {
  if (size === undefined || modifiedAt === undefined) return undefined;
  const seconds = Math.floor(modifiedAt.getTime() / 1000);
  return `"${size.toString(16)}-${seconds.toString(16)}"`;
}

/** Whether `If-None-Match` holds the tag: the caller has this version. */
export function isKnown(header: string | undefined, etag: string | undefined): boolean {
  if (header === undefined || etag === undefined) return false;
  return header.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag);
}

/** Whether a range may be answered: `If-Range` is absent, or names this version. */
export function isRangeWanted(
  header: string | undefined,
  etag: string | undefined,
  lastModified: string | undefined,
): boolean {
  return header === undefined || header === etag || header === lastModified;
}
