// How the catalogue is asked: a statement and its parameters in, rows out.
import type { ParameterValue, Row } from '../server/ask.ts';

export { countOf, textOf } from '../server/ask.ts';

/** Asks the tab's server. @throws FairleadProblem. */
export type Ask = (sql: string, params?: readonly ParameterValue[]) => Promise<readonly Row[]>;
