// Server selection and staleness, as functions of what the members said.
import { describe, expect, it } from 'vitest';
import { type Member, nearestOf, suitable, suitsAtOnce } from '../../src/discovery/selection.ts';
import type { ReadPreferenceMode, TagSet } from '../../src/types/options.ts';

function memberOf(
  kind: 'primary' | 'secondary' | 'arbiter',
  writtenAtS?: number,
  tags: TagSet = {},
  updatedAtS = 1_000,
): Member {
  const lastWriteDate = writtenAtS === undefined ? undefined : new Date(writtenAtS * 1_000);
  return { server: { kind, tags, lastWriteDate }, latencyMs: 1, updatedAt: updatedAtS * 1_000 };
}

const nearest = (maxStalenessSeconds: number) => ({ mode: 'nearest' as const, maxStalenessSeconds });

describe('staleness', () => {
  it('is counted from the primary, each by its own moment', () => {
    const primary = memberOf('primary', 1_000, {}, 1_000);
    const fresh = memberOf('secondary', 910, {}, 1_000);
    const lateAsked = memberOf('secondary', 910, {}, 1_001);
    expect(suitable([primary, fresh, lateAsked], nearest(90))).toEqual([primary, fresh]);
    expect(suitable([primary, fresh, lateAsked], nearest(91))).toEqual([primary, fresh, lateAsked]);
    expect(suitable([primary, fresh], nearest(99), 10_000)).toEqual([primary]);
  });

  it('is counted from the latest secondary where there is no primary', () => {
    const latest = memberOf('secondary', 900);
    const old = memberOf('secondary', 809);
    expect(suitable([old, latest], nearest(90))).toEqual([latest]);
    expect(suitable([old, latest], nearest(91))).toEqual([old, latest]);
  });

  it('is without bounds for a member that does not say when it wrote', () => {
    const latest = memberOf('secondary', 900);
    expect(suitable([memberOf('secondary'), latest], nearest(90))).toEqual([latest]);
  });
});

describe('members', () => {
  it('never are arbiters', () => {
    const modes: ReadPreferenceMode[] = [
      'primary',
      'primaryPreferred',
      'secondary',
      'secondaryPreferred',
      'nearest',
    ];
    for (const mode of modes) {
      expect(suitable([memberOf('arbiter')], { mode })).toEqual([]);
      expect(suitsAtOnce(memberOf('arbiter'), { mode })).toBe(false);
    }
  });

  it('do not have the tags of an object that they inherit from', () => {
    expect(suitable([memberOf('secondary')], { mode: 'secondary', tags: [{ toString: 'x' }] })).toEqual([]);
    expect(suitsAtOnce(memberOf('secondary', 1, { a: 'b' }), { mode: 'secondary', tags: [{ a: 'b' }] })).toBe(
      true,
    );
  });

  it('are chosen by how fast they were reached', () => {
    const fast = { ...memberOf('secondary'), latencyMs: 0 };
    expect(nearestOf([memberOf('secondary'), fast])).toBe(fast);
    expect(nearestOf([])).toBeUndefined();
  });
});
