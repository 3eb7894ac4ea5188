// Moves among the tabs by keys, and keeps the keyboard's place: what has the focus may be hidden or gone behind that.
import { closeTab, currentTab, stepTab } from './tabs.ts';

/** Goes to the next tab, or to the one before, by a key. */
export function stepByKey(by: 1 | -1): void {
  const before = currentTab.peek()?.id;
  const isInside = hasFocus(before);
  stepTab(by);
  if (isInside) focusCurrent();
}

/** Closes a tab, by a key or a click. */
export function closeByHand(id: string): void {
  const isInside = hasFocus(id);
  closeTab(id);
  if (isInside) focusCurrent();
}

/** Whether the focus is at the tab or in its page. */
function hasFocus(id: string | undefined): boolean {
  const places = [`tab-${id}`, `panel-${id}`].map((name) => document.getElementById(name));
  return places.some((place) => place?.contains(document.activeElement));
}

/** The tab that is looked at now; the start page where there is none. */
function focusCurrent(): void {
  const tab = document.getElementById(`tab-${currentTab.peek()?.id}`);
  (tab ?? document.getElementById('page'))?.focus();
}
