// Options of a call whose values are few. Undefined is none, and always right.
import { usage } from '@fairlead/errors';

/** How rows come: as objects by column name, or as arrays. */
const ROW_MODES: readonly unknown[] = ['object', 'array'];

/** @throws FairleadError `usage` unless the option is one of `choices`. */
export function checkChoice(name: string, value: unknown, choices: readonly unknown[]): void {
  if (value !== undefined && !choices.includes(value))
    throw usage(`${name} is one of ${choices.join(', ')}.`);
}

/** @throws FairleadError `usage` unless the option is true or false. */
export function checkSwitch(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') throw usage(`${name} is true or false.`);
}

/** @throws FairleadError `usage` unless the option is a form of rows. */
export function checkRowMode(rowMode: unknown): void {
  checkChoice('rowMode', rowMode, ROW_MODES);
}
