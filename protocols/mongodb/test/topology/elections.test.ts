// Which primary is the one of the latest election, by the rules of MongoDB 6.0 and of those before.
import { ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import type { ServerDescription } from '../../src/connection/types.ts';
import { Elections } from '../../src/topology/elections.ts';

type Said = readonly [electionId: number | undefined, setVersion: number | undefined];

function isCurrent(maxWireVersion: number, ...said: Said[]): boolean[] {
  const elections = new Elections();
  return said.map(([election, setVersion]) => {
    const electionId =
      election === undefined ? undefined : new ObjectId(election.toString(16).padStart(24, '0'));
    return elections.isCurrent({ electionId, setVersion, maxWireVersion } as ServerDescription);
  });
}

describe('since MongoDB 6.0, the election counts first', () => {
  it.each<[said: Said[], current: boolean[]]>([
    [
      [
        [1, 1],
        [1, 1],
        [2, 1],
      ],
      [true, true, true],
    ],
    [
      [
        [2, 1],
        [1, 1],
      ],
      [true, false],
    ],
    [
      [
        [2, 1],
        [1, 2],
      ],
      [true, false],
    ],
    [
      [
        [1, 2],
        [2, 1],
      ],
      [true, true],
    ],
    [
      [
        [1, 2],
        [1, 1],
      ],
      [true, false],
    ],
    [
      [
        [1, 1],
        [undefined, 2],
      ],
      [true, false],
    ],
    [
      [
        [undefined, undefined],
        [undefined, undefined],
      ],
      [true, true],
    ],
  ])('%j', (said, current) => {
    expect(isCurrent(17, ...said)).toEqual(current);
  });
});

describe('before, the version of the settings did', () => {
  it.each<[said: Said[], current: boolean[]]>([
    [
      [
        [1, 1],
        [2, 1],
        [1, 1],
      ],
      [true, true, false],
    ],
    [
      [
        [2, 1],
        [1, 2],
      ],
      [true, true],
    ],
    [
      [
        [1, 2],
        [2, 1],
      ],
      [true, false],
    ],
    [
      [
        [1, 2],
        [undefined, 1],
      ],
      [true, true],
    ],
    [
      [
        [undefined, 5],
        [1, 4],
        [1, 3],
      ],
      [true, true, false],
    ],
  ])('%j', (said, current) => {
    expect(isCurrent(13, ...said)).toEqual(current);
  });
});
