// The stages of a pipeline as they are edited: a list that is added to, moved, switched off. Pure.
import { type EjsonDocument, type Read, readDocument } from '../ejson/reader.ts';

/** A stage of the editor. */
export interface Stage {
  /** Its own, whatever its place. */
  readonly id: number;
  readonly text: string;
  readonly isOn: boolean;
}

/** Documents that are shown behind a stage. */
export const SHOWN_DOCUMENTS = 20;

/** What a new stage can begin with. */
export const TEMPLATES: readonly (readonly [name: string, text: string])[] = [
  ['$match', '{ $match: {  } }'],
  ['$group', '{ $group: { _id: "$field", n: { $sum: 1 } } }'],
  ['$project', '{ $project: { field: 1 } }'],
  ['$sort', '{ $sort: { field: 1 } }'],
  ['$limit', '{ $limit: 10 }'],
  ['$skip', '{ $skip: 10 }'],
  ['$unwind', '{ $unwind: "$list" }'],
  ['$set', '{ $set: { field: "$other" } }'],
  ['$lookup', '{ $lookup: { from: "others", localField: "field", foreignField: "_id", as: "found" } }'],
  ['$count', '{ $count: "n" }'],
  ['$facet', '{ $facet: { name: [ { $limit: 1 } ] } }'],
];

/** Stages that write, and so stand at the end and are run once. */
const WRITING: readonly string[] = ['$out', '$merge'];

/** With a further stage at its end. */
export function withStage(stages: readonly Stage[], text: string): readonly Stage[] {
  const id = stages.reduce((most, each) => Math.max(most, each.id), 0) + 1;
  return [...stages, { id, text, isOn: true }];
}

/** With one stage moved. A move beyond an end changes nothing. */
export function withMoved(stages: readonly Stage[], id: number, by: 1 | -1): readonly Stage[] {
  const at = stages.findIndex((each) => each.id === id);
  const [stage, other] = [stages[at], stages[at + by]];
  if (stage === undefined || other === undefined) return stages;
  return stages.map((each, i) => (i === at ? other : i === at + by ? stage : each));
}

/** With one stage changed. */
export function withChanged(
  stages: readonly Stage[],
  id: number,
  change: Partial<Omit<Stage, 'id'>>,
): readonly Stage[] {
  return stages.map((each) => (each.id === id ? { ...each, ...change } : each));
}

/** A stage's document: one name that begins with a dollar sign. */
export function readStage({ text }: Pick<Stage, 'text'>): Read<EjsonDocument> {
  const read = readDocument(text);
  if ('fault' in read) return read;
  const names = Object.keys(read.value);
  if (names.length === 1 && names[0]?.startsWith('$')) return read;
  const message = 'A stage has one name, which begins with $: { $match: { ... } }.';
  return { fault: { message, from: 0, to: text.length } };
}

/**
 * The documents of the stages that are on, up to and with one of them.
 * @param through The last one's id. Default: all.
 * @returns Undefined where one of them cannot be read.
 */
export function pipelineOf(stages: readonly Stage[], through?: number): readonly EjsonDocument[] | undefined {
  const end = stages.findIndex(({ id }) => id === through);
  const wanted = (end < 0 ? stages : stages.slice(0, end + 1)).filter(({ isOn }) => isOn);
  const documents = wanted.flatMap((stage) => {
    const read = readStage(stage);
    return 'value' in read ? [read.value] : [];
  });
  return documents.length === wanted.length ? documents : undefined;
}

/** Whether a pipeline writes into a collection. */
export function writes(pipeline: readonly EjsonDocument[]): boolean {
  return pipeline.some((stage) => WRITING.some((name) => Object.hasOwn(stage, name)));
}

/** The pipeline with an end that leaves the first documents. One that writes has its own end. */
export function shownPart(pipeline: readonly EjsonDocument[]): readonly EjsonDocument[] {
  return writes(pipeline) ? pipeline : [...pipeline, { $limit: SHOWN_DOCUMENTS }];
}

/** Whether what was kept is a list of stages. */
export function isStages(value: unknown): value is readonly Stage[] {
  return Array.isArray(value) && value.every(isStage);
}

function isStage(value: unknown): value is Stage {
  if (typeof value !== 'object' || value === null) return false;
  const { id, text, isOn } = value as Partial<Record<keyof Stage, unknown>>;
  return Number.isInteger(id) && typeof text === 'string' && typeof isOn === 'boolean';
}
