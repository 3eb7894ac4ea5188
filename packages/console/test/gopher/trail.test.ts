// The places that a tab has been at.
import { expect, it } from 'vitest';
import { currentStep, goTo, isTrail, stepBy, trailFrom } from '../../src/pages/gopher/places/trail.ts';

const step = (place: string) => ({ place, title: place });
const three = ['b', 'c'].map(step).reduce(goTo, trailFrom(step('a')));

it('goes back and forward, and no further', () => {
  const back = stepBy(stepBy(stepBy(three, -1), -1), -1);
  expect(currentStep(back)).toEqual(step('a'));
  expect(currentStep(stepBy(back, 1))).toEqual(step('b'));
  expect(currentStep(stepBy(three, 1))).toEqual(step('c'));
});

it('forgets what it went back from, and counts no place twice in a row', () => {
  const other = goTo(stepBy(three, -1), step('d'));
  expect(other).toEqual({ steps: ['a', 'b', 'd'].map(step), at: 2 });
  expect(goTo(other, step('d'))).toEqual(other);
});

it('is bounded', () => {
  const long = Array.from({ length: 500 }, (_, i) => step(`${i}`)).reduce(goTo, trailFrom(step('start')));
  expect(long.steps.length).toBe(200);
  expect(currentStep(long)).toEqual(step('499'));
});

it('is told from anything else in a storage', () => {
  expect(isTrail(three)).toBe(true);
  for (const other of [
    null,
    1,
    [],
    {},
    { steps: [], at: 0 },
    { steps: [step('a')], at: 1 },
    { steps: [1], at: 0 },
  ])
    expect(isTrail(other)).toBe(false);
});
