// A sign for what an entry is.
import type { EntryKind } from '../store/contract.ts';

const PATHS: Readonly<Record<EntryKind, string>> = {
  folder: 'M1.5 3.5h4.5l1.5 2h7v8h-13z',
  file: 'M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3',
  link: 'M6.5 9.5l3-3M7 5l2-2a2.8 2.8 0 0 1 4 4l-2 2M9 11l-2 2a2.8 2.8 0 0 1-4-4l2-2',
  other: 'M8 1.5l5.6 3.2v6.6L8 14.5l-5.6-3.2V4.7z',
};

/** The sign; it says nothing that the words beside it do not. */
export function KindIcon({ kind }: { readonly kind: EntryKind }) {
  return (
    <svg class={`files-icon ${kind}`} viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
      <path d={PATHS[kind]} stroke="currentColor" stroke-linejoin="round" />
    </svg>
  );
}
