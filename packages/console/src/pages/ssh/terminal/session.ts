// One terminal of the page: a screen, the shell on it, and what became of both.
import { type Signal, signal } from '@preact/signals';
import { copyText } from '../../../browser/files.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { announce } from '../../../ui/feedback/announce.tsx';
import type { Screen, ScreenLook } from '../screen/screen.ts';
import { confirmPaste } from '../terminals/confirm-paste.tsx';
import type { Ending } from './ending.ts';
import { endingWords } from './ending.ts';
import { SHELL_PROTOCOL, ShellLink } from './link.ts';
import { readPaste } from './paste.ts';

/** `loading`: the terminal's code; `closed`: the shell has ended, and can be opened again. */
export type TerminalState = 'loading' | 'connecting' | 'open' | 'closed';

/** A terminal. */
export class TerminalSession {
  readonly title: string;
  readonly state: Signal<TerminalState> = signal<TerminalState>('loading');
  readonly ending: Signal<Ending | undefined> = signal<Ending | undefined>(undefined);
  /** Why the terminal itself could not be loaded. */
  readonly error: Signal<unknown> = signal(undefined);
  readonly hasSelection: Signal<boolean> = signal(false);
  readonly #caller: Caller;
  #screen: Screen | undefined;
  #link: ShellLink | undefined;
  #isOver = false;

  constructor(title: string, caller: Caller) {
    this.title = title;
    this.#caller = caller;
  }

  /** Draws the screen in its place, and opens the shell. @param leave Gives the focus away. */
  async start(host: HTMLElement, look: () => ScreenLook, leave: () => void): Promise<void> {
    this.error.value = undefined;
    try {
      const { Screen } = await import('../screen/screen.ts');
      if (this.#isOver || this.#screen !== undefined) return;
      this.#screen = new Screen(host, look(), {
        onInput: (bytes) => this.#link?.type(bytes),
        onSize: (columns, rows) => this.#link?.resize(columns, rows),
        onSelection: (hasSelection) => {
          this.hasSelection.value = hasSelection;
        },
        onNotice: announce,
        onKey: (key) => (key === 'leave' ? leave() : void this.copy()),
      });
      this.connect();
    } catch (error) {
      this.error.value = error;
    }
  }

  /** Opens a shell on the screen; one that is open is closed before. */
  connect(): void {
    const screen = this.#screen;
    if (screen === undefined) return;
    this.#link?.close();
    screen.reset();
    this.state.value = 'connecting';
    this.ending.value = undefined;
    const { columns, rows } = screen;
    const query = { columns: String(columns), rows: String(rows), problems: 'message' };
    const link = new ShellLink(this.#caller.socket('/ssh/shell', query, SHELL_PROTOCOL), {
      onOpen: () => {
        this.state.value = 'open';
        link.resize(screen.columns, screen.rows);
        screen.focus();
      },
      onBytes: (bytes) => screen.show(bytes),
      onEnd: (ending) => this.#closed(link, ending),
    });
    this.#link = link;
  }

  /** Closes the shell; the screen stays. */
  disconnect(): void {
    this.#link?.close();
  }

  /** Copies what is selected. */
  async copy(): Promise<void> {
    const text = this.#screen?.selection ?? '';
    if (text === '') announce('Select something in the terminal first.');
    else announce((await copyText(text)) ? 'Copied from the terminal' : 'The browser did not allow it.');
  }

  /** Sends a text of the clipboard, after a question where a shell would run parts of it at once. */
  async paste(clipboard: string): Promise<void> {
    const paste = readPaste(clipboard);
    if (paste.text === '' || this.state.peek() !== 'open') return;
    if (!(await confirmPaste(paste))) return;
    this.#screen?.paste(paste.text);
    this.#screen?.focus();
  }

  look(look: ScreenLook): void {
    this.#screen?.look(look);
  }

  fit(): void {
    this.#screen?.fit();
  }

  focus(): void {
    this.#screen?.focus();
  }

  clear(): void {
    this.#screen?.clear();
    this.#screen?.focus();
  }

  dispose(): void {
    this.#isOver = true;
    this.#link?.close();
    this.#screen?.dispose();
    this.#screen = undefined;
  }

  #closed(link: ShellLink, ending: Ending): void {
    if (this.#link !== link || this.#isOver) return;
    this.#link = undefined;
    this.state.value = 'closed';
    this.ending.value = ending;
    if (ending.kind !== 'problem') announce(`${this.title}: ${endingWords(ending).text}`);
  }
}
