// A tab: which page, of which connection, and what was typed there.
import type { Signal } from '@preact/signals';
import { forgetKept, keptSignal } from '../../browser/storage.ts';

/** A tab of the frame. */
export interface Tab {
  /** Its own; a kept tab has the same after a reload. */
  readonly id: string;
  /** The page's kind. */
  readonly kind: string;
  readonly connection: string | undefined;
}

const drafts = new Map<string, Signal<unknown>>();

/**
 * What was typed in a tab: a signal that survives a reload, and the page's own coming and going.
 * @param name Of the field, within the tab.
 * @param initial Its type is the draft's: what was kept and is of another type is dropped.
 */
export function draft<T>(tab: Tab, name: string, initial: T): Signal<T> {
  const key = draftKey(tab, name);
  const known = drafts.get(key);
  if (known !== undefined) return known as Signal<T>;
  const isAlike = (value: unknown): value is T => shapeOf(value) === shapeOf(initial);
  const made = keptSignal(key, initial, 'tab', isAlike);
  drafts.set(key, made as Signal<unknown>);
  return made;
}

/** Forgets what was typed in a tab that is closed. */
export function forgetDrafts(tab: Tab): void {
  const beginning = draftKey(tab, '');
  for (const key of drafts.keys()) if (key.startsWith(beginning)) drafts.delete(key);
  forgetKept(beginning, 'tab');
}

/** What begins the names of a tab's drafts in the storage. */
function draftKey({ id }: Tab, name: string): string {
  return `draft:${id}:${name}`;
}

function shapeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
