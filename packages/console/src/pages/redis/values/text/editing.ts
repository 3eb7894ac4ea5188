// The change that is being typed: one a tab, kept over a reload.
import type { Signal } from '@preact/signals';
import { draft, type Tab } from '../../../../app/tabs/tab.ts';
import { type Argument, idOf } from '../../wire/argument.ts';
import { type TypedForm, typedArgument, typedFrom } from '../bytes/content.ts';

/** What is typed in place of a value, or of a part of one. */
export class Editing {
  readonly text: Signal<string>;
  readonly form: Signal<TypedForm>;
  /** What is edited; `` for nothing. */
  readonly #of: Signal<string>;

  constructor(tab: Tab) {
    this.text = draft(tab, 'edit-text', '');
    this.form = draft<TypedForm>(tab, 'edit-form', 'text');
    this.#of = draft(tab, 'edit-of', '');
  }

  /** Whether this is what is edited. @param part Of the value; `` for the whole. */
  isOf(key: Argument, part: string): boolean {
    return this.#of.value === placeOf(key, part);
  }

  /** Begins, with the value as it is. */
  begin(key: Argument, part: string, value: Argument): void {
    const { text, form } = typedFrom(value);
    this.text.value = text;
    this.form.value = form;
    this.#of.value = placeOf(key, part);
  }

  /** Ends, and forgets what was typed. */
  end(): void {
    this.#of.value = '';
    this.text.value = '';
  }

  /** What was typed; undefined where it is no value. */
  get typed(): Argument | undefined {
    return typedArgument(this.text.value, this.form.value);
  }
}

function placeOf(key: Argument, part: string): string {
  return JSON.stringify([idOf(key), part]);
}
