// A server's reply with its type, and what is read out of one.
import { FairleadProblem } from '@fairlead/sdk';
import { type Argument, argumentOf } from './argument.ts';

/** A reply in the types of RESP2, which the gateway speaks to servers. An integer keeps its digits. */
export type Reply =
  | { readonly type: 'status'; readonly text: string }
  | { readonly type: 'error'; readonly text: string }
  | { readonly type: 'integer'; readonly text: string }
  | { readonly type: 'bulk'; readonly bytes: Uint8Array }
  | { readonly type: 'nil' }
  | { readonly type: 'array'; readonly items: readonly Reply[] };

/** The reply where it is no error. @throws FairleadProblem `server`, with the server's words. */
export function unlessError(reply: Reply): Reply {
  if (reply.type !== 'error') return reply;
  throw new FairleadProblem({ code: 'server', detail: reply.text });
}

/** A string, status or number as an argument; undefined for nil and for lists. @throws FairleadProblem for an error. */
export function argumentIn(reply: Reply | undefined): Argument | undefined {
  if (reply === undefined || reply.type === 'nil' || reply.type === 'array') return undefined;
  unlessError(reply);
  return reply.type === 'bulk' ? argumentOf(reply.bytes) : reply.text;
}

/** Like `argumentIn`, with the empty text for what is none, and U+FFFD for bytes that are no text. */
export function textIn(reply: Reply | undefined): string {
  const argument = argumentIn(reply) ?? '';
  return typeof argument === 'string' ? argument : new TextDecoder().decode(argument);
}

/** A number; 0 where the reply is none. */
export function numberIn(reply: Reply | undefined): number {
  return Number(textIn(reply)) || 0;
}

/** The items of a list; none of anything else. @throws FairleadProblem for an error. */
export function itemsIn(reply: Reply | undefined): readonly Reply[] {
  if (reply === undefined) return [];
  unlessError(reply);
  return reply.type === 'array' ? reply.items : [];
}

/** A list's strings. */
export function argumentsIn(reply: Reply | undefined): readonly Argument[] {
  return itemsIn(reply).map((item) => argumentIn(item) ?? '');
}

/** A flat list of names and values, as RESP2 has maps: `[[name, value], ...]`. */
export function pairsIn(reply: Reply | undefined): readonly (readonly [string, Reply])[] {
  const items = itemsIn(reply);
  return items.flatMap((name, i) => {
    const value = items[i + 1];
    return i % 2 === 0 && value !== undefined ? [[textIn(name), value] as const] : [];
  });
}
