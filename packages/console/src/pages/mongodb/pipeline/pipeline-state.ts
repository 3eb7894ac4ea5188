// The state of a pipeline: its stages, and what came out behind each.
import { type Signal, signal } from '@preact/signals';
import { draft } from '../../../app/tabs/tab.ts';
import { Work } from '../../../browser/async.ts';
import { confirm } from '../../../ui/dialog/confirm.tsx';
import { aggregate } from '../calls.ts';
import { type Desk, placeOf } from '../desk.ts';
import type { EjsonDocument } from '../ejson/reader.ts';
import { isStages, pipelineOf, type Stage, shownPart, writes } from './stages.ts';

/** What came out behind a stage. */
export interface Outcome {
  /** At most 20. */
  readonly documents: readonly EjsonDocument[];
  /** Of the request, with all stages before this one. */
  readonly ms: number;
  /** The stages as they were, to tell whether they have changed since. */
  readonly pipeline: string;
}

/** What became of a stage: what came out, or why nothing did. */
export type StageResult = Outcome | { readonly error: unknown };

/** A pipeline and its results. */
export class PipelineState {
  readonly desk: Desk;
  readonly stages: Signal<readonly Stage[]>;
  readonly view: Signal<string>;
  readonly work = new Work();
  /** By the stage's id. */
  readonly results: Signal<ReadonlyMap<number, StageResult>> = signal(new Map());
  /** The stage that runs, or has run last. */
  readonly running: Signal<number | undefined> = signal(undefined);

  constructor(desk: Desk) {
    this.desk = desk;
    this.stages = draft<readonly Stage[]>(desk.tab, 'stages', [
      { id: 1, text: '{ $match: {  } }', isOn: true },
    ]);
    if (!isStages(this.stages.peek())) this.stages.value = [];
    this.view = draft(desk.tab, 'pipelineView', 'tree');
  }

  /** Forgets what came out: another collection is looked at. */
  clear(): void {
    this.work.stop();
    this.results.value = new Map();
  }

  /** Runs the pipeline up to each stage that is on, one after the other, until one fails. */
  async runAll(): Promise<void> {
    const stages = this.stages.peek().filter(({ isOn }) => isOn);
    await this.work.run(async (abort) => {
      for (const { id } of stages) if (abort.aborted || !(await this.#runTo(id, abort))) return;
    });
  }

  /** Runs the pipeline up to one stage. */
  async runTo(id: number): Promise<void> {
    await this.work.run((abort) => this.#runTo(id, abort));
  }

  /** Whether a result is of the stages as they stand. */
  isFresh(id: number, { pipeline }: Outcome): boolean {
    return JSON.stringify(pipelineOf(this.stages.value, id)) === pipeline;
  }

  /** @returns Whether it succeeded. */
  async #runTo(id: number, abort: AbortSignal): Promise<boolean> {
    const pipeline = pipelineOf(this.stages.peek(), id);
    if (pipeline === undefined) return false;
    this.running.value = id;
    if (writes(pipeline) && !(await this.#isSure(pipeline))) return false;
    const startedAt = performance.now();
    try {
      const documents = await aggregate(this.desk.caller, placeOf(this.desk), shownPart(pipeline), abort);
      const ms = performance.now() - startedAt;
      this.#note(id, { documents, ms, pipeline: JSON.stringify(pipeline) });
      return true;
    } catch (error) {
      if (!abort.aborted) this.#note(id, { error });
      return false;
    }
  }

  #isSure(pipeline: readonly EjsonDocument[]): Promise<boolean> {
    const [name = ''] = Object.keys(pipeline.at(-1) ?? {});
    return confirm({
      title: `Run ${name}?`,
      body: 'This stage writes what comes out into a collection on the server.',
      verb: 'Write',
      isDanger: true,
    });
  }

  #note(id: number, result: StageResult): void {
    this.results.value = new Map(this.results.peek()).set(id, result);
  }
}
