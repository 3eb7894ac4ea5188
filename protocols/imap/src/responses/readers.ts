// How the parser reads responses that only some commands have: those commands bring their readers along. Types only.
import type { Scanner } from '../wire/tokens/scanner.ts';
import type { Response } from './types/response.ts';

/** By a response's first word, in upper case. A response without a reader is `unknown`. */
export type Readers = Readonly<Record<string, (scanner: Scanner, utf8: boolean) => Response>>;
