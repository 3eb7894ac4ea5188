// Carries out what a person asked for: sends the statement, and reads rows or a plan.
import { FairleadProblem } from '@fairlead/sdk';
import type { Caller } from '../../../session/calls/caller.ts';
import { readLines } from '../../../ui/grid/rows/read-lines.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type ExplainWish, explainPrefix, readPlan } from '../plan/explain.ts';
import { askCell, askLines, type ParameterValue } from '../server/ask.ts';
import { sentValue, type TypedValue } from '../text/parameters.ts';
import { placeOf } from '../text/places.ts';
import type { Outcome } from './outcome.ts';

interface Job {
  readonly outcome: Outcome;
  /** Names and values, in their order. */
  readonly params: readonly (readonly [name: string, value: TypedValue | undefined])[];
  readonly caller: Caller;
  readonly catalogue: Catalogue;
  /** Ends the statement on the server. */
  readonly signal: AbortSignal;
}

/** @throws FairleadProblem, with its place in `outcome.place`; Error in words; the signal's reason. */
export async function carryOut(job: Job): Promise<void> {
  const { wish } = job.outcome.sent;
  if (wish === 'run') await readRows(job);
  else await explain(job, wish === 'analyse' ? 'run' : 'plan');
}

async function readRows(job: Job): Promise<void> {
  const { outcome, caller, catalogue, signal } = job;
  const { sql, readOnly } = outcome.sent;
  const params = valuesOf(job);
  await locating(job, 0, async () => {
    const response = await askLines(caller, catalogue.dialect.peek(), { sql, params, readOnly, signal });
    const end = await readLines(response, {
      storeFor: (columns) => outcome.begin(columns),
      onTail: (tail) => outcome.end(tail),
    });
    outcome.isFull.value = end === 'full';
  });
}

async function explain(job: Job, wish: ExplainWish): Promise<void> {
  const { outcome, caller, catalogue, signal } = job;
  const dialect = catalogue.dialect.peek();
  const prefix = explainPrefix(dialect, wish);
  const params = valuesOf(job);
  const { readOnly } = outcome.sent;
  const sql = prefix + outcome.sent.sql;
  await locating(job, prefix.length, async () => {
    const cell = await askCell(caller, dialect, { sql, params, readOnly, signal });
    outcome.plan.value = readPlan(dialect, cell);
  });
}

function valuesOf({ params }: Job): readonly ParameterValue[] {
  return params.map(([name, value]) => sentValue(value ?? { kind: 'null', text: '' }, name));
}

/** Says where in the editor's text an error is. @param before How long what was put before the statement is. */
async function locating(
  { outcome, catalogue }: Job,
  before: number,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof FairleadProblem) {
      const { sql, from } = outcome.sent;
      const dialect = catalogue.dialect.peek();
      const place = placeOf(' '.repeat(before) + sql, error.server, dialect);
      if (place !== undefined && place.from >= before)
        outcome.place.value = { from: from + place.from - before, to: from + place.to - before };
    }
    throw error;
  }
}
