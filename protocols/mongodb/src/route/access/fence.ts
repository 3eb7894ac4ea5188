// What a request may make the server do: no code of its own, no other collections, no writing by a pipeline, unless the connection's
// entry says so. It walks the request's own values, before anything is sent.
import { FairleadError } from '@fairlead/errors';
import { isDocument } from '../values/read-value.ts';
import { mayUse } from './namespaces.ts';

/** What an entry can grant. */
export const GRANTS = ['$where', '$function', '$accumulator', '$out', '$merge', 'mapReduce'] as const;

/** Operators that run code of the caller's in the server, wherever they stand. */
const CODE: readonly string[] = ['$where', '$function', '$accumulator'];
/** Stages that write. */
const WRITING: readonly string[] = ['$out', '$merge'];

/** Stages that reach nothing but the documents that come to them. */
const HARMLESS: ReadonlySet<string> = /* @__PURE__ */ new Set(
  (
    '$addFields $bucket $bucketAuto $collStats $count $densify $documents $fill $geoNear $group $indexStats $limit $match $project ' +
    '$redact $replaceRoot $replaceWith $sample $search $searchMeta $set $setWindowFields $skip $sort $sortByCount $unset $unwind ' +
    '$vectorSearch'
  ).split(' '),
);

/** What the connection's entry says. */
export interface FenceSettings {
  readonly collections?: readonly string[] | undefined;
  readonly allow?: readonly string[] | undefined;
}

/** The fence of one request. */
export class Fence {
  readonly #settings: FenceSettings;
  readonly #database: string;
  /** Whether the request writes, by a stage of its pipeline. */
  writes = false;

  constructor(settings: FenceSettings, database: string) {
    this.#settings = settings;
    this.#database = database;
  }

  /** @throws FairleadError `policy` for a collection that the entry does not leave to callers. */
  collection(name: string, database = this.#database): void {
    if (mayUse(database, name, this.#settings.collections)) return;
    throw refused(
      `the collection ${JSON.stringify(`${database}.${name}`.slice(0, 128))} is not among those that callers may use`,
    );
  }

  /** @throws FairleadError `policy` for an operator that runs code, at any depth. */
  value(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.value(item);
    else if (isDocument(value)) {
      for (const [name, inner] of Object.entries(value)) {
        if (CODE.includes(name)) this.#granted(name);
        this.value(inner);
      }
    }
  }

  /** An update: operators, or a pipeline of stages that stay within the document. @throws FairleadError `policy`. */
  update(update: unknown): void {
    this.value(update);
    if (Array.isArray(update)) this.#stages(update);
  }

  /**
   * A pipeline, with those inside it.
   * @throws FairleadError `policy` for a stage that is unknown, writes, or reaches another collection, unless the entry grants it.
   */
  pipeline(pipeline: readonly unknown[]): void {
    this.value(pipeline);
    this.#stages(pipeline);
  }

  #stages(pipeline: unknown): void {
    if (!Array.isArray(pipeline)) throw unclear('a pipeline that is no array');
    for (const stage of pipeline) {
      const [[name, body] = ['', undefined], ...others] = isDocument(stage) ? Object.entries(stage) : [];
      if (name === '' || others.length > 0) throw unclear('a stage that has not exactly one name');
      this.#stage(name, body);
    }
  }

  #stage(name: string, body: unknown): void {
    if (HARMLESS.has(name)) return;
    const members = isDocument(body) ? body : {};
    switch (name) {
      case '$facet':
        for (const inner of Object.values(members)) this.#stages(inner);
        return;
      case '$lookup':
        if (members.from !== undefined) this.#reaches(members.from);
        // Without a collection the documents are the pipeline's own: $documents.
        else if (members.pipeline === undefined) throw unclear('a $lookup without a collection');
        if (members.pipeline !== undefined) this.#stages(members.pipeline);
        return;
      case '$graphLookup':
        this.#reaches(members.from);
        return;
      case '$unionWith':
        this.#union(body);
        return;
      case '$out':
        this.#write(name, body);
        return;
      case '$merge':
        this.#write(name, isDocument(body) ? body.into : body);
        if (Array.isArray(members.whenMatched)) this.#stages(members.whenMatched);
        return;
      default:
        throw unclear(`the stage ${JSON.stringify(name.slice(0, 64))}`);
    }
  }

  #union(body: unknown): void {
    if (!isDocument(body)) {
      this.#reaches(body);
      return;
    }
    const { coll, db, pipeline } = body;
    if (coll !== undefined) this.#reaches(db === undefined ? coll : { db, coll });
    else if (pipeline === undefined) throw unclear('a $unionWith without a collection');
    if (pipeline !== undefined) this.#stages(pipeline);
  }

  #write(name: string, target: unknown): void {
    this.#granted(name);
    this.#reaches(target);
    this.writes = true;
  }

  /** A collection as stages name it: by its name, or as `{ db, coll }`. */
  #reaches(target: unknown): void {
    if (typeof target === 'string') {
      this.collection(target);
      return;
    }
    const { db = this.#database, coll } = isDocument(target) ? target : {};
    if (typeof db !== 'string' || typeof coll !== 'string')
      throw unclear('a collection that is named in no known way');
    this.collection(coll, db);
  }

  #granted(name: string): void {
    if (!this.#settings.allow?.includes(name)) throw refused(`${name} is not granted to callers`);
  }

  /** A command of the administrator's. @throws FairleadError `policy`. */
  command(command: Readonly<Record<string, unknown>>): void {
    if (this.#settings.collections !== undefined)
      throw refused('commands are for connections whose entry has no "collections": they may reach any');
    const [name = ''] = Object.keys(command);
    if (/^mapreduce$/i.test(name)) this.#granted('mapReduce');
    this.value(command);
    this.#writing(command);
  }

  /** Stages that write, at any depth of a command. */
  #writing(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.#writing(item);
    else if (isDocument(value)) {
      for (const [name, inner] of Object.entries(value)) {
        if (WRITING.includes(name)) this.#granted(name);
        this.#writing(inner);
      }
    }
  }
}

function refused(what: string): FairleadError {
  return new FairleadError('policy', `Refused by the connection's settings: ${what}.`, { safeToRetry: true });
}

function unclear(what: string): FairleadError {
  return refused(`${what} cannot be judged`);
}
