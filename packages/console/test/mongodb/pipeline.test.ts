// The stages of a pipeline: adding, moving, switching off, and what is sent for each.
import { describe, expect, it } from 'vitest';
import {
  isStages,
  pipelineOf,
  readStage,
  type Stage,
  shownPart,
  TEMPLATES,
  withChanged,
  withMoved,
  withStage,
  writes,
} from '../../src/pages/mongodb/pipeline/stages.ts';

const stages: readonly Stage[] = [
  { id: 1, text: '{ $match: { n: 1 } }', isOn: true },
  { id: 2, text: '{ $sort: { n: 1 } }', isOn: false },
  { id: 3, text: '{ $count: "n" }', isOn: true },
];
const ids = (list: readonly Stage[]) => list.map(({ id }) => id);

describe('the list', () => {
  it('gives a new stage an identity of its own', () => {
    expect(ids(withStage(stages, '{ $limit: 1 }'))).toEqual([1, 2, 3, 4]);
    expect(withStage([], 'x')).toEqual([{ id: 1, text: 'x', isOn: true }]);
  });

  it('moves a stage, and none beyond an end', () => {
    expect(ids(withMoved(stages, 3, -1))).toEqual([1, 3, 2]);
    expect(ids(withMoved(stages, 1, 1))).toEqual([2, 1, 3]);
    expect(withMoved(stages, 1, -1)).toBe(stages);
    expect(withMoved(stages, 3, 1)).toBe(stages);
  });

  it('changes one stage alone', () => {
    expect(withChanged(stages, 2, { isOn: true }).map(({ isOn }) => isOn)).toEqual([true, true, true]);
  });

  it('is recognised among what a storage may hold', () => {
    expect(isStages(stages)).toBe(true);
    expect(isStages([{ id: '1', text: '', isOn: true }])).toBe(false);
    expect(isStages('x')).toBe(false);
  });
});

describe('what is sent', () => {
  it('is the stages that are on, up to one of them', () => {
    expect(pipelineOf(stages)).toEqual([{ $match: { n: 1 } }, { $count: 'n' }]);
    expect(pipelineOf(stages, 1)).toEqual([{ $match: { n: 1 } }]);
  });

  it('is nothing while a stage cannot be read, unless it is off', () => {
    const broken = withChanged(stages, 1, { text: '{ $match: ' });
    expect(pipelineOf(broken)).toBeUndefined();
    expect(pipelineOf(withChanged(broken, 1, { isOn: false }))).toEqual([{ $count: 'n' }]);
  });

  it('ends after 20 documents, but where a stage writes', () => {
    expect(shownPart([{ $match: {} }])).toEqual([{ $match: {} }, { $limit: 20 }]);
    expect(shownPart([{ $out: 'copy' }])).toEqual([{ $out: 'copy' }]);
    expect(writes([{ $merge: { into: 'copy' } }])).toBe(true);
  });
});

it('a stage has one name with a dollar sign', () => {
  expect(readStage({ text: '{ match: {} }' })).toHaveProperty('fault');
  expect(readStage({ text: '{ $match: {}, $sort: {} }' })).toHaveProperty('fault');
  for (const [name, text] of TEMPLATES) expect(readStage({ text })).toHaveProperty(['value', name]);
});
