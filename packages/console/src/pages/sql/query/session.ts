// One tab's statements: what stands in the editor, what is run of it, and what came of that.
import type { EditorView } from '@codemirror/view';
import { FairleadProblem } from '@fairlead/sdk';
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { draft } from '../../../app/tabs/tab.ts';
import { openTab } from '../../../app/tabs/tabs.ts';
import { Work, type WorkState } from '../../../browser/async.ts';
import { may } from '../../../session/access.ts';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { announce } from '../../../ui/feedback/announce.tsx';
import type { PageProps } from '../../contract.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { History } from '../history/history.ts';
import { scopeOf } from '../server/dialect.ts';
import { parametersOf, type TypedValue } from '../text/parameters.ts';
import { beginsAsReading, isExplainable } from '../text/reading.ts';
import { type Range, withStatement } from '../text/statements.ts';
import { Outcome, type Wish } from './outcome.ts';
import { carryOut } from './run.ts';

/** What would run now. */
export interface Current extends Range {
  readonly sql: string;
  readonly isSelection: boolean;
}

/** As many rows as there is room for. */
export const ALL_ROWS = 'all';

/** What the page's parts share. Made once a page. */
export class QuerySession {
  readonly work = new Work();
  /** What stands in the editor. */
  readonly text: Signal<string>;
  /** By the name of the parameter. */
  readonly values: Signal<Readonly<Record<string, TypedValue>>>;
  /** `all`, or a number. */
  readonly maxRows: Signal<string>;
  /** The statement at the cursor, or what is selected. */
  readonly current = signal<Current | undefined>(undefined);
  /** Where the editor is to put its cursor. */
  readonly wantedCursor = signal<number | undefined>(undefined);
  readonly catalogue: Catalogue;
  readonly history: History;
  /** Whether the token may write at all. */
  readonly mayWrite: boolean;
  readonly #caller: PageProps['caller'];
  readonly #writes = signal(false);
  readonly #outcome = signal<Outcome | undefined>(undefined);
  readonly #failure = computed(() => messageOf(this.work.error.value));
  #hasAsked = false;
  #isFresh = true;

  constructor({ tab, caller, connection }: PageProps, catalogue: Catalogue, history: History) {
    this.text = draft(tab, 'sql', '');
    this.values = draft(tab, 'values', {});
    this.maxRows = draft(tab, 'maxRows', ALL_ROWS);
    this.catalogue = catalogue;
    this.history = history;
    this.#caller = caller;
    const scope = scopeOf(catalogue.dialect.peek());
    this.mayWrite = connection !== undefined && may(connection, scope, 'write');
  }

  /** Whether statements run that may write. */
  get writes(): ReadonlySignal<boolean> {
    return this.#writes;
  }

  /** Of the last statement; undefined before the first. */
  get outcome(): ReadonlySignal<Outcome | undefined> {
    return this.#outcome;
  }

  /** The server's words on the last failure; '' without one. */
  get failure(): ReadonlySignal<string> {
    return this.#failure;
  }

  /** Of exported files, without ending. */
  get fileName(): string {
    return `${this.#caller.connection ?? 'rows'}-${new Date().toISOString().slice(0, 10)}`;
  }

  /** Opens a further tab of the same connection. */
  openAnother(): void {
    openTab('sql', this.#caller.connection, true);
  }

  /** The cursor has moved, or the text has changed. */
  moveTo(current: Current | undefined): void {
    this.current.value = current;
  }

  /** An editor was made: it gets the cursor where the one before had it; the page's first one gets the focus, too. */
  restore(view: EditorView): void {
    if (this.#isFresh && wantsFocus()) view.focus();
    this.#isFresh = false;
    const { length } = view.state.doc;
    view.dispatch({ selection: { anchor: Math.min(this.current.peek()?.to ?? length, length) } });
  }

  /** Puts the cursor at a place of the text. */
  showPlace(at: number): void {
    this.wantedCursor.value = at;
  }

  /**
   * Puts a statement into the text, behind what stands there, where it does not stand there already, and runs it.
   * @param wish Default: only to put it there.
   */
  async put(sql: string, wish?: Wish): Promise<void> {
    const { text, from } = withStatement(this.text.peek(), sql, this.catalogue.dialect.peek());
    this.text.value = text;
    this.wantedCursor.value = from + sql.length;
    const current = { sql, from, to: from + sql.length, isSelection: false };
    this.current.value = current;
    if (wish !== undefined) await this.#run(current, wish, false);
  }

  /** Lets statements write, or no longer. It asks once a tab. @returns Whether they may now. */
  async allowWrites(isAllowed: boolean): Promise<boolean> {
    if (isAllowed && !this.#hasAsked) {
      this.#hasAsked = await confirm({
        title: 'Let statements of this tab write?',
        body: 'They change the data at once: each statement is a transaction of its own, and nothing takes it back. You are asked once in this tab.',
        verb: 'Allow writes',
        isDanger: true,
      });
    }
    this.#writes.value = isAllowed && this.#hasAsked && this.mayWrite;
    return this.#writes.peek();
  }

  /** Runs what is current, or asks for its plan. */
  async run(wish: Wish): Promise<void> {
    const current = this.current.peek();
    if (current === undefined) announce('There is no statement to run.');
    else await this.#run(current, wish, false);
  }

  /** Runs the last statement again as one that writes. */
  async runAsWrite(): Promise<void> {
    const sent = this.#outcome.peek()?.sent;
    if (sent === undefined || !(await this.allowWrites(true))) return;
    await this.#run(
      { sql: sent.sql, from: sent.from, to: sent.from + sent.sql.length, isSelection: false },
      sent.wish,
      true,
    );
  }

  async #run({ sql, from }: Current, wish: Wish, isWrite: boolean): Promise<void> {
    const dialect = this.catalogue.dialect.peek();
    if (wish !== 'run' && !isExplainable(sql, dialect)) {
      announce('Only SELECT, INSERT, UPDATE, DELETE and their like have a plan.');
      return;
    }
    const params = this.#parameters(sql);
    if (params === undefined) return;
    const readOnly = await this.#isReadOnly(sql, wish, isWrite);
    if (readOnly === undefined) return;
    const most = this.maxRows.peek();
    const maxRows = most === ALL_ROWS ? Number.POSITIVE_INFINITY : Number(most);
    const outcome = new Outcome({ sql, from, wish, readOnly, maxRows });
    this.#outcome.value = outcome;
    const { caller, catalogue } = { caller: this.#caller, catalogue: this.catalogue };
    await this.work.run((signal) => carryOut({ outcome, params, caller, catalogue, signal }));
    // A further statement has stopped this one.
    this.#remember(outcome, this.#outcome.peek() === outcome ? this.work.state.peek() : 'stopped');
  }

  /** Whether it runs without writing; undefined where the person does not want it. */
  async #isReadOnly(sql: string, wish: Wish, isWrite: boolean): Promise<boolean | undefined> {
    const dialect = this.catalogue.dialect.peek();
    if (wish === 'plan') return true;
    if (wish === 'run') return !(isWrite || this.#writes.peek());
    const reads = beginsAsReading(sql, dialect) && !isWrite;
    // MariaDB's ANALYZE is no statement of a reader.
    if (reads && dialect !== 'mariadb') return true;
    if (!this.mayWrite) return true;
    if (!(await this.allowWrites(true))) return undefined;
    if (reads) return false;
    const question = {
      title: 'Run the statement to measure it?',
      body: 'It writes, and what it changes stays changed.',
      verb: 'Explain and run',
      isDanger: true,
    };
    return (await confirm(question)) ? false : undefined;
  }

  /** The values of the statement's parameters; undefined where one is missing or wrong. */
  #parameters(sql: string) {
    const parameters = parametersOf(sql, this.catalogue.dialect.peek());
    const values = this.values.peek();
    const missing = parameters.find(({ name }) => values[name] === undefined);
    if (missing === undefined) return parameters.map(({ name }) => [name, values[name]] as const);
    announce(`Give ${missing.name} a value first.`);
    return undefined;
  }

  #remember({ sent, startedAt, results }: Outcome, state: WorkState): void {
    const rows = results.peek().at(-1)?.tail?.rowCount;
    this.history.add({
      sql: sent.sql,
      at: Date.now(),
      ms: performance.now() - startedAt,
      rows: rows ?? null,
      state: state === 'done' || state === 'stopped' ? state : 'failed',
    });
  }
}

function messageOf(error: unknown): string {
  if (error instanceof FairleadProblem) return error.server?.message ?? error.message;
  return error === undefined ? '' : String(error);
}

/** Not from a field that somebody types in, nor from the tabs, and not where a keyboard on the screen would cover the page. */
function wantsFocus(): boolean {
  const inUse = 'input, textarea, select, [contenteditable], [role="tab"]';
  const isTaken = document.activeElement?.matches(inUse) ?? false;
  return !isTaken && !matchMedia('(pointer: coarse)').matches;
}
