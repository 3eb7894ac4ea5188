// Bytes, looked at.
import { VirtualList } from '../list/virtual-list.tsx';
import { HEX_LINE, hexLine } from './hex.ts';

const LINE_HEIGHT = 20;

/** Bytes as hexadecimal lines; any number of them. */
export function HexView({ bytes, label }: { readonly bytes: Uint8Array; readonly label: string }) {
  return (
    <VirtualList
      class="hex"
      count={Math.ceil(bytes.length / HEX_LINE)}
      rowHeight={LINE_HEIGHT}
      row={(line) => <code>{hexLine(bytes, line)}</code>}
      label={label}
    />
  );
}
