// MongoDB: the same scripts through the official driver and through our client, with the same answers, alone and in a replica set.
import { describe, expect, inject, it } from 'vitest';
import type { MongodbStep } from '../../servers/mongodb/oracle.ts';
import { CASES, SET_CASES } from './mongodb-cases.ts';
import { ours, theirs } from './mongodb-script.ts';

const { plain, set } = inject('servers').mongodb;
const SERVERS = [
  ['a server alone', `:${plain}/`, CASES],
  ['a replica set', `:${set}/?replicaSet=fairlead`, SET_CASES],
] as const;

describe.each(SERVERS)('%s', (_name, at, cases) => {
  it.each(Object.entries(cases))('%s', async (_case, steps) => {
    const script = { at, name: `both_${crypto.randomUUID()}`, steps };
    const expected = await theirs(script);
    // The oracle leaves what it wrote, for whoever wants to look at it.
    const actual = await ours({ ...script, name: `${script.name}_ours` });
    expect(asked(steps, actual)).toEqual(asked(steps, expected));
  });
});

/** The answers beside the steps that they answer, so that a difference says where it is. */
function asked(steps: readonly MongodbStep[], answers: readonly unknown[]): unknown[] {
  const flat = steps.flatMap((step) => ('transaction' in step ? step.transaction : [step]));
  return answers.map((answer, index) => ({ step: flat[index], answer }));
}
