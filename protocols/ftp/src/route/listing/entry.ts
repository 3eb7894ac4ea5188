// An entry of a listing as JSON has it.
import type { FtpEntry } from '../../listing/types.ts';

/** The members that are known; the server's own line only where it could not be read. */
export function plainEntry(entry: FtpEntry) {
  const { name, type, size, modifiedAt, isTimeApproximate, target, permissions, owner, group, raw } = entry;
  return {
    name,
    type,
    size,
    modifiedAt: modifiedAt?.toISOString(),
    isTimeApproximate: isTimeApproximate || undefined,
    target,
    permissions,
    owner,
    group,
    raw: type === 'unparsed' ? raw : undefined,
  };
}
