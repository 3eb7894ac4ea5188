// Which members of a set suit a read preference: "Server Selection" and "Max Staleness" of MongoDB's specifications. Pure.
import type { ServerDescription } from '../connection/types.ts';
import type { ReadPreference, TagSet } from '../types/option-values.ts';

/** A member as it described itself. */
export interface Member {
  readonly server: Pick<ServerDescription, 'kind' | 'tags' | 'lastWriteDate'>;
  /** How long it took to reach it. */
  readonly latencyMs: number;
  /** `Date.now()` when it described itself. */
  readonly updatedAt: number;
}

/** Whether nothing that another member may say could make this one the wrong choice. */
export function suitsAtOnce(member: Member, preference: ReadPreference): boolean {
  const { mode, tags, maxStalenessSeconds } = preference;
  const { kind } = member.server;
  if (mode === 'primary' || mode === 'primaryPreferred') return kind === 'primary';
  if (maxStalenessSeconds !== undefined || !hasTags(member, tags?.[0] ?? {})) return false;
  return kind === 'secondary' || (kind === 'primary' && mode === 'nearest');
}

/**
 * The members that suit, once all are known.
 * @param heartbeatMs How old what is known of a member may be; 0 where all were asked just now.
 */
export function suitable<M extends Member>(
  members: readonly M[],
  preference: ReadPreference,
  heartbeatMs = 0,
): readonly M[] {
  const primaries = members.filter(({ server }) => server.kind === 'primary');
  const secondaries = members.filter(({ server }) => server.kind === 'secondary');
  const eligible = (among: readonly M[]): readonly M[] =>
    tagged(
      fresh(among, primaries[0], secondaries, preference.maxStalenessSeconds, heartbeatMs),
      preference.tags,
    );
  switch (preference.mode) {
    case 'primary':
      return primaries;
    case 'primaryPreferred':
      return primaries.length > 0 ? primaries : eligible(secondaries);
    case 'secondary':
      return eligible(secondaries);
    case 'secondaryPreferred': {
      const found = eligible(secondaries);
      return found.length > 0 ? found : primaries;
    }
    case 'nearest':
      return eligible([...primaries, ...secondaries]);
  }
}

/** The member that was reached fastest. */
export function nearestOf<M extends Member>(members: readonly M[]): M | undefined {
  return members.toSorted((a, b) => a.latencyMs - b.latencyMs)[0];
}

/** Those that lag no more than so many seconds behind the primary, or behind the secondary with the latest write. */
function fresh<M extends Member>(
  members: readonly M[],
  primary: Member | undefined,
  secondaries: readonly Member[],
  maxStalenessSeconds: number | undefined,
  heartbeatMs: number,
): readonly M[] {
  if (maxStalenessSeconds === undefined) return members;
  const latest = Math.max(...secondaries.map(writtenAt));
  const lagOf = (member: Member): number =>
    primary
      ? member.updatedAt - writtenAt(member) - (primary.updatedAt - writtenAt(primary))
      : latest - writtenAt(member);
  return members.filter(
    (member) =>
      member.server.kind === 'primary' || lagOf(member) + heartbeatMs <= maxStalenessSeconds * 1_000,
  );
}

/** A member that does not say it counts as very old. */
function writtenAt({ server }: Member): number {
  return server.lastWriteDate?.getTime() ?? 0;
}

/** The members with the first set of tags that any of them has. */
function tagged<M extends Member>(members: readonly M[], tags: readonly TagSet[] = [{}]): readonly M[] {
  for (const set of tags) {
    const found = members.filter((member) => hasTags(member, set));
    if (found.length > 0) return found;
  }
  return [];
}

function hasTags({ server }: Member, set: TagSet): boolean {
  return Object.entries(set).every(
    ([name, value]) => Object.hasOwn(server.tags, name) && server.tags[name] === value,
  );
}
