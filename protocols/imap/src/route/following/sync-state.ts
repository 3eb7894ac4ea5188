// What a caller keeps between two synchronisations, as one text: `1.<uidValidity>.<uidNext>.<modSeq or ->.<uids>`. To callers it is
// opaque.
import type { SyncState } from '../../types/results.ts';

const STATE = /^1\.(\d{1,10})\.(\d{1,10})\.(\d{1,19}|-)\.([\d:,]*)$/;

/** A state as a text. */
export function stateText({ uidValidity, uidNext, highestModSeq = '-', uids }: SyncState): string {
  return `1.${uidValidity}.${uidNext}.${highestModSeq}.${uids}`;
}

/** The state of a text; undefined for one that is none. */
export function readState(text: string): SyncState | undefined {
  const [whole, uidValidity, uidNext, modSeq, uids = ''] = STATE.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const highestModSeq = modSeq === '-' ? undefined : modSeq;
  return { uidValidity: Number(uidValidity), uidNext: Number(uidNext), highestModSeq, uids };
}
