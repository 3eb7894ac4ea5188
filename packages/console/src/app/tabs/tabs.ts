// The open tabs: which there are and which is looked at. They survive a reload.
import { computed, type ReadonlySignal } from '@preact/signals';
import { keptSignal } from '../../browser/storage.ts';
import { announce } from '../../ui/feedback/announce.tsx';
import { forgetDrafts, type Tab } from './tab.ts';

/** More tabs than anyone looks at. */
const MAX_TABS = 40;

const isTab = (value: unknown): value is Tab =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  'kind' in value &&
  typeof value.id === 'string' &&
  typeof value.kind === 'string' &&
  (!('connection' in value) || typeof value.connection === 'string');

const isTabs = (value: unknown): value is readonly Tab[] => Array.isArray(value) && value.every(isTab);
const isText = (value: unknown): value is string => typeof value === 'string';

const open = keptSignal<readonly Tab[]>('tabs', [], 'tab', isTabs);
const currentId = keptSignal('tab', '', 'tab', isText);
/** The name of the token with which the tabs were opened. */
const owner = keptSignal('tabs-of', '', 'tab', isText);

/** The tabs, in their order. */
export const tabs: ReadonlySignal<readonly Tab[]> = open;

/** The tab that is looked at; undefined where none is open. */
export const currentTab: ReadonlySignal<Tab | undefined> = computed(() =>
  open.value.find(({ id }) => id === currentId.value),
);

/** Opens a page, or goes to the tab that has it. @param isAnew A further tab, also where there is one. */
export function openTab(kind: string, connection: string | undefined, isAnew = false): void {
  const known = open.peek().find((tab) => tab.kind === kind && tab.connection === connection);
  if (known !== undefined && !isAnew) {
    showTab(known.id);
    return;
  }
  if (open.peek().length >= MAX_TABS) {
    announce(`${MAX_TABS} tabs are open. Close one first: what was typed there goes with it.`);
    return;
  }
  const tab: Tab = { id: crypto.randomUUID().slice(0, 8), kind, connection };
  open.value = [...open.peek(), tab];
  currentId.value = tab.id;
}

/** Goes to a tab. */
export function showTab(id: string): void {
  currentId.value = id;
}

/** Goes to the next tab, or to the one before. */
export function stepTab(by: 1 | -1): void {
  const all = open.peek();
  const at = all.findIndex(({ id }) => id === currentId.peek());
  const next = all[(at + by + all.length) % all.length];
  if (next !== undefined) showTab(next.id);
}

/** Closes a tab, with what was typed in it. */
export function closeTab(id: string): void {
  const all = open.peek();
  const at = all.findIndex((tab) => tab.id === id);
  const tab = all[at];
  if (tab === undefined) return;
  open.value = all.filter((each) => each !== tab);
  forgetDrafts(tab);
  if (currentId.peek() === id) currentId.value = (all[at + 1] ?? all[at - 1])?.id ?? '';
}

/**
 * Takes on the tabs for a token: those of another one are closed, with what was typed there, so that whoever signs in next at this
 * browser's tab reads none of it.
 * @param name The token's.
 */
export function takeTabs(name: string): void {
  if (owner.peek() !== '' && owner.peek() !== name) for (const { id } of open.peek()) closeTab(id);
  owner.value = name;
}
