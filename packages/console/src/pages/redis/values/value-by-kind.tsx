// A key's value, drawn by its kind; kinds that the page does not know by the server's own reply.

import { DocumentValue } from './document-value.tsx';
import type { KeyProps } from './key-props.ts';
import { RawValue } from './raw-value.tsx';
import { HASH, SET } from './rows/keyed.ts';
import type { RowKind } from './rows/kind.ts';
import { LIST, SORTED_SET, STREAM } from './rows/ordered.ts';
import { RowsValue } from './rows/view/rows-value.tsx';
import { StringValue } from './text/string-value.tsx';

/** Kinds with many parts, by what TYPE calls them. */
const ROW_KINDS: Readonly<Record<string, RowKind>> = {
  hash: HASH,
  list: LIST,
  set: SET,
  zset: SORTED_SET,
  stream: STREAM,
};

/** The value. */
export function ValueByKind({ type, ...props }: KeyProps & { readonly type: string }) {
  const kind = Object.hasOwn(ROW_KINDS, type) ? ROW_KINDS[type] : undefined;
  if (kind !== undefined) return <RowsValue {...props} kind={kind} />;
  if (type === 'string') return <StringValue {...props} />;
  if (type === 'ReJSON-RL') return <DocumentValue {...props} />;
  return <RawValue {...props} type={type} />;
}
