// What the view of a value with many parts gives its own parts. Types only.
import type { KeyProps } from '../../key-props.ts';
import type { RowKind } from '../kind.ts';
import type { RowsModel } from '../rows-model.ts';

/** What the parts of the view get. */
export interface RowsProps extends KeyProps {
  readonly kind: RowKind;
  readonly value: RowsModel;
}
