// Inserting, replacing and deleting one document. Each is asked for once more before it is sent.
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { draft } from '../../../app/tabs/tab.ts';
import { Work } from '../../../browser/async.ts';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { announce } from '../../../ui/feedback/announce.tsx';
import { deleteOne, findById, insertOne, type Place, replaceOne } from '../calls.ts';
import { type Desk, placeOf } from '../desk.ts';
import { type EjsonDocument, readDocument } from '../ejson/reader.ts';
import { lineOf } from '../ejson/types.ts';
import { writeEjson } from '../ejson/write.ts';

/** The document that is written. */
export interface Target {
  /** Where it belongs: another collection may be looked at by now. */
  readonly place: Place;
  /** Undefined for a new one. */
  readonly id?: unknown;
  /** As it was when the editing began, as canonical extended JSON. */
  readonly before?: string;
}

/** What is written, and how far that is. */
export class WriteState {
  readonly text: Signal<string>;
  readonly work = new Work();
  /** Undefined while nothing is written. */
  readonly target: ReadonlySignal<Target | undefined>;
  readonly #desk: Desk;
  readonly #kept: Signal<string>;
  readonly #onDone: () => void;
  readonly #target: Signal<Target | undefined>;
  /** The text as it was when the editing began. */
  #begun: string | undefined;

  /** @param onDone Called when a document was written. */
  constructor(desk: Desk, onDone: () => void) {
    this.#desk = desk;
    this.#onDone = onDone;
    this.text = draft(desk.tab, 'document', '');
    this.#kept = draft(desk.tab, 'writes', '');
    this.#target = signal(targetOf(this.#kept.peek()));
    this.target = computed(() => this.#target.value);
  }

  /** Begins a new document. */
  begin(): void {
    this.work.clear();
    this.#begin('{\n  \n}', { place: placeOf(this.#desk) });
  }

  /** Begins to edit a document, as it is now: what was found may be older, or a part of it. */
  async edit(id: unknown): Promise<void> {
    if (this.#isBusy() || !(await this.#mayGiveUp())) return;
    const place = placeOf(this.#desk);
    await this.work.run(async (abort) => {
      const document = await findById(this.#desk.caller, place, id, abort);
      if (document === null) throw new Error('This document is gone. Look for it again.');
      this.#begin(writeEjson(document), { place, id, before: JSON.stringify(document) });
    });
  }

  /** Gives up what was typed. */
  cancel(): void {
    this.work.clear();
    this.#set(undefined);
    this.text.value = '';
  }

  /** Asks, and writes the document. */
  async save(): Promise<void> {
    const target = this.#target.peek();
    const read = readDocument(this.text.peek());
    if (target === undefined || 'fault' in read || this.#isBusy()) return;
    const isNew = target.before === undefined;
    const where = `${target.place.database}.${target.place.collection}`;
    const isSure = await confirm({
      title: isNew ? `Insert into ${where}?` : `Replace ${lineOf(target.id)} in ${where}?`,
      body: isNew
        ? 'The document is written to the server.'
        : 'The whole document is replaced by what you have typed.',
      verb: isNew ? 'Insert' : 'Replace',
    });
    if (!isSure) return;
    await this.work.run(async () => {
      if (isNew) await this.#insert(target.place, read.value);
      else await this.#replace(target, read.value);
      this.cancel();
      this.#onDone();
    });
  }

  /** Asks, and deletes a document. */
  async remove(id: unknown): Promise<void> {
    if (this.#isBusy()) return;
    const place = placeOf(this.#desk);
    const name = lineOf(id);
    const isSure = await confirm({
      title: `Delete ${name} from ${place.database}.${place.collection}?`,
      body: 'The document is deleted on the server. That cannot be undone.',
      verb: 'Delete',
      isDanger: true,
    });
    if (!isSure) return;
    await this.work.run(async () => {
      const wasThere = await deleteOne(this.#desk.caller, place, id);
      announce(wasThere ? `Deleted ${name}` : `${name} was gone already`);
      this.#onDone();
    });
  }

  async #insert(place: Place, document: EjsonDocument): Promise<void> {
    const id = await insertOne(this.#desk.caller, place, document);
    announce(`Inserted ${lineOf(id)}`);
  }

  /** Not while someone else's change would be lost unseen; what changes between both requests is. */
  async #replace({ place, id, before }: Target, document: EjsonDocument): Promise<void> {
    const now = await findById(this.#desk.caller, place, id);
    if (now === null) throw new Error('This document is gone. To keep yours, insert it as a new one.');
    if (JSON.stringify(now) !== before) {
      const isSure = await confirm({
        title: `${lineOf(id)} has changed meanwhile`,
        body: 'Someone else has written this document since you began to edit it. Replacing it loses their change.',
        verb: 'Replace all the same',
        isDanger: true,
      });
      if (!isSure)
        throw new Error('Not replaced: the document has changed meanwhile. Edit it anew to see how.');
    }
    const { _id: _, ...replacement } = document;
    if (!(await replaceOne(this.#desk.caller, place, id, replacement)))
      throw new Error('This document is gone. To keep yours, insert it as a new one.');
    announce(`Replaced ${lineOf(id)}`);
  }

  #begin(text: string, target: Target): void {
    this.#begun = text;
    this.text.value = text;
    this.#set(target);
  }

  /** A write that is on its way is not to be ended by the next one, whose failure would take the place of its own. */
  #isBusy(): boolean {
    const isBusy = this.work.state.peek() === 'running';
    if (isBusy) announce('Wait until the server has answered.');
    return isBusy;
  }

  /** Whether what is typed may go: nothing is, or the person says so. */
  async #mayGiveUp(): Promise<boolean> {
    if (this.#target.peek() === undefined || this.text.peek() === this.#begun) return true;
    return confirm({
      title: 'Give up the document that you are writing?',
      body: 'What you have typed was not sent to the server.',
      verb: 'Give up',
      isDanger: true,
    });
  }

  #set(target: Target | undefined): void {
    this.#target.value = target;
    this.#kept.value = target === undefined ? '' : JSON.stringify(target);
  }
}

/** What was kept over a reload; undefined for anything else. */
function targetOf(text: string): Target | undefined {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as Target;
  } catch {
    return undefined;
  }
}
