// A terminal on the page: xterm.js with the page's colours, its guards, and what copies and pastes. It knows no connection.
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal } from '@xterm/xterm';
import { guardParser, linkHandler, NO_WINDOW_OPERATIONS } from './guards.ts';

/** Lines that can be scrolled back to. */
const SCROLLBACK = 10_000;
/** Colours of a server are moved until they have it, as AA asks for. */
const CONTRAST = 4.5;

/** How a screen looks. */
export interface ScreenLook {
  /** In pixels. */
  readonly fontSize: number;
  readonly isReadAloud: boolean;
  readonly theme: ITheme;
}

/** What a screen tells. */
export interface ScreenEvents {
  readonly onInput: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly onSize: (columns: number, rows: number) => void;
  readonly onSelection: (hasSelection: boolean) => void;
  readonly onNotice: (words: string) => void;
  /** A key of the page: it leaves the terminal, or copies. */
  readonly onKey: (key: 'leave' | 'copy') => void;
}

/** One terminal. */
export class Screen {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #encoder = new TextEncoder();

  /** @param host That is on the page, and seen. */
  constructor(host: HTMLElement, look: ScreenLook, events: ScreenEvents) {
    const terminal = new Terminal({
      ...options(look),
      scrollback: SCROLLBACK,
      minimumContrastRatio: CONTRAST,
      windowOptions: NO_WINDOW_OPERATIONS,
      linkHandler,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    });
    this.#terminal = terminal;
    terminal.loadAddon(this.#fit);
    guardParser(terminal.parser, events.onNotice);
    terminal.attachCustomKeyEventHandler((event) => isTerminals(event, events.onKey));
    terminal.onData((text) => events.onInput(this.#encoder.encode(text)));
    terminal.onBinary((text) => events.onInput(Uint8Array.from(text, (sign) => sign.charCodeAt(0))));
    terminal.onResize(({ cols, rows }) => events.onSize(cols, rows));
    terminal.onSelectionChange(() => events.onSelection(terminal.hasSelection()));
    terminal.open(host);
    this.fit();
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  get selection(): string {
    return this.#terminal.getSelection();
  }

  /** Resolves when the bytes are on the screen. */
  show(bytes: Uint8Array | string): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  /** Sends a text as if typed; programs that want to know are told that it was pasted. */
  paste(text: string): void {
    this.#terminal.paste(text);
  }

  /** Takes the size of its place. */
  fit(): void {
    this.#fit.fit();
  }

  look(look: ScreenLook): void {
    Object.assign(this.#terminal.options, options(look));
    this.fit();
  }

  focus(): void {
    this.#terminal.focus();
  }

  clear(): void {
    this.#terminal.clear();
  }

  /** As a terminal that was just switched on. */
  reset(): void {
    this.#terminal.reset();
  }

  dispose(): void {
    this.#terminal.dispose();
  }
}

/** Of the letters. A row as high as they are cuts off underscores. */
const LINE_HEIGHT = 1.2;

function options({ fontSize, isReadAloud, theme }: ScreenLook) {
  const fontFamily = getComputedStyle(document.documentElement).getPropertyValue('--mono').trim();
  return { fontSize, lineHeight: LINE_HEIGHT, fontFamily, theme, screenReaderMode: isReadAloud };
}

/** Whether a key goes to the server. Ctrl Shift V is the browser's: a paste event follows. */
function isTerminals(event: KeyboardEvent, onKey: ScreenEvents['onKey']): boolean {
  const isOwn = event.ctrlKey && !event.altKey && !event.metaKey;
  if (isOwn && event.key === 'F6') {
    if (event.type === 'keydown') onKey('leave');
    event.preventDefault();
    return false;
  }
  if (!isOwn || !event.shiftKey) return true;
  if (event.code === 'KeyC') {
    if (event.type === 'keydown') onKey('copy');
    event.preventDefault();
    return false;
  }
  return event.code !== 'KeyV';
}
