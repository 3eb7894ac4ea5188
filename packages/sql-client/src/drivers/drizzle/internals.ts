// What every driver of Drizzle uses although Drizzle's types leave it out. Nothing else is reached for behind them.
import * as utils from 'drizzle-orm/utils';

/** Which tables of a query are joined so that their columns cannot all be NULL. */
export type JoinsNotNullable = Record<string, boolean> | undefined;

interface Utils {
  mapResultRow(
    fields: readonly unknown[],
    row: readonly unknown[],
    joinsNotNullable: JoinsNotNullable,
  ): Record<string, unknown>;
}

/** Makes the object that a query selects of a row's values. */
export const { mapResultRow }: Utils = utils as unknown as Utils;
