// The places that a tab has been at, with the one that is looked at. Values only.

/** One of them. */
export interface Step {
  readonly place: string;
  /** What the link that led there was called. */
  readonly title: string;
}

/** The places, oldest first. */
export interface Trail {
  readonly steps: readonly Step[];
  /** Of the one that is looked at, from 0. */
  readonly at: number;
}

const MAX_STEPS = 200;

/** A trail that begins at a place. */
export const trailFrom = (step: Step): Trail => ({ steps: [step], at: 0 });

/** The step that is looked at. */
export function currentStep({ steps, at }: Trail): Step | undefined {
  return steps[at];
}

/** Goes on to a place; those that were gone back from are forgotten. The same place again is no step. */
export function goTo({ steps, at }: Trail, step: Step): Trail {
  if (steps[at]?.place === step.place) return { steps, at };
  const kept = [...steps.slice(0, at + 1), step].slice(-MAX_STEPS);
  return { steps: kept, at: kept.length - 1 };
}

/** Goes back (-1) or forward (1), as far as there is something. */
export function stepBy({ steps, at }: Trail, by: 1 | -1): Trail {
  return { steps, at: Math.max(0, Math.min(steps.length - 1, at + by)) };
}

/** Whether something from a storage is a trail. */
export function isTrail(value: unknown): value is Trail {
  if (typeof value !== 'object' || value === null) return false;
  const { steps, at } = value as Partial<Record<keyof Trail, unknown>>;
  return Array.isArray(steps) && steps.every(isStep) && typeof at === 'number' && steps[at] !== undefined;
}

/** Whether something from a storage is a step. */
export function isStep(value: unknown): value is Step {
  if (typeof value !== 'object' || value === null) return false;
  const { place, title } = value as Partial<Record<keyof Step, unknown>>;
  return typeof place === 'string' && typeof title === 'string';
}
