// The one function of Drizzle's that every driver needs and that Drizzle's types leave out.
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

/** Makes of a row's values the object that a query selects. */
export const { mapResultRow }: Utils = utils as unknown as Utils;
