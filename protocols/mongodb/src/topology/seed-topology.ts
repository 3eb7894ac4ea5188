// One connection: to the seed that answers first, or to the primary that it names. It keeps no list of a set's members beyond what
// the last search has heard, and reads by other read preferences than `primary` need `discovery()`.
import type { CallLimit } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { type Address, formatAddress } from '@fairlead/transport';
import type { CommandLink } from '../connection/types.ts';
import { needs } from '../options/read-settings.ts';
import type { OpenLink, OpenTopology, Settings } from '../options/settings.ts';
import type { ReadPreference } from '../types/option-values.ts';
import { Elections } from './elections.ts';
import { Lifetime } from './lifetime.ts';
import {
  distinct,
  isEnough,
  isFinal,
  leave,
  membersOf,
  noServer,
  pauseWithin,
  shareOf,
  waitFor,
} from './search.ts';
import { deploymentOf, misfitOf } from './server-fit.ts';
import type { DeploymentKind, Topology } from './types.ts';

/** Opens the topology of a client without `discovery()`. It dials at the first `select`. */
export const openSeedTopology: OpenTopology = (settings, openLink) => new SeedTopology(settings, openLink);

class SeedTopology implements Topology {
  kind: DeploymentKind = 'single';
  readonly #settings: Settings;
  readonly #openLink: OpenLink;
  readonly #lifetime: Lifetime;
  readonly #elections = new Elections();
  #setName: string | undefined;
  /** The members that the last search heard of, the primary first. */
  #members: readonly Address[] = [];
  /** Whether the last search met members of a set without a primary. */
  #isElecting = false;
  #link: CommandLink | undefined;
  /** The search that runs, or the one that has found `#link`. */
  #search: Promise<CommandLink> | undefined;

  constructor(settings: Settings, openLink: OpenLink) {
    this.#settings = settings;
    this.#openLink = openLink;
    this.#setName = settings.replicaSet;
    this.#lifetime = new Lifetime(settings, (reason) => this.#link?.destroy(reason));
  }

  get closed(): Promise<void> {
    return this.#lifetime.closed;
  }

  select(preference: ReadPreference | 'writable', limit: CallLimit): Promise<CommandLink> {
    if (this.#search && this.#link?.isUsable && this.#suits(preference)) return this.#search;
    return this.#selectAnew(preference, limit);
  }

  failed(link: CommandLink, error: FairleadError): void {
    if (link !== this.#link) return;
    this.#drop();
    link.destroy(error);
  }

  async close(): Promise<void> {
    const link = this.#link;
    this.#drop();
    this.#lifetime.end();
    await link?.close();
  }

  async #selectAnew(preference: ReadPreference | 'writable', limit: CallLimit): Promise<CommandLink> {
    const ended = this.#lifetime.ended;
    if (ended) throw ended;
    if (this.#link && !this.#link.isUsable) this.#drop();
    const link = await waitFor(this.#begin(), limit);
    if (!this.#suits(preference)) throw needs('discovery', 'This read preference on a replica set');
    return link;
  }

  #suits(preference: ReadPreference | 'writable'): boolean {
    return preference === 'writable' || preference.mode === 'primary' || this.kind !== 'replica set';
  }

  #drop(): void {
    this.#link = undefined;
    this.#search = undefined;
  }

  /** The search that runs, or a new one. */
  #begin(): Promise<CommandLink> {
    this.#search ??= this.#find(this.#lifetime.searchLimit()).then(
      (link) => {
        const ended = this.#lifetime.ended;
        if (ended) {
          leave(link);
          throw ended;
        }
        this.#link = link;
        return link;
      },
      (error: unknown) => {
        this.#search = undefined;
        throw this.#lifetime.ended ?? error;
      },
    );
    return this.#search;
  }

  /** Asks the seeds and the members anew until one may be used, the time is up, or none answers. */
  async #find(limit: CallLimit): Promise<CommandLink> {
    for (;;) {
      const tried = new Set<string>();
      const found = await this.#askAll(tried, limit);
      if (!(found instanceof Error)) return found;
      // Members without a primary: an election takes some seconds. What does not answer at all, fails at once.
      if (!this.#isElecting || !(await pauseWithin(limit))) throw found;
    }
  }

  async #askAll(tried: Set<string>, limit: CallLimit): Promise<CommandLink | Error> {
    this.#isElecting = false;
    let failure: Error | undefined;
    for (;;) {
      const waiting = distinct([...this.#members, ...this.#settings.seeds]).filter(
        (one) => !tried.has(formatAddress(one)),
      );
      const address = waiting[0];
      if (!address || isEnough(tried)) return failure ?? noServer('There is no server to ask.');
      tried.add(formatAddress(address));
      try {
        const link = await this.#openLink(address, this.#settings, shareOf(limit, waiting.length));
        const misfit = this.#judge(link);
        if (misfit === undefined) return link;
        leave(link);
        failure = noServer(`${formatAddress(address)} ${misfit}.`);
      } catch (error) {
        if (isFinal(error) || limit.signal?.aborted) throw error;
        failure ??= error as FairleadError;
      }
    }
  }

  /** Why the server cannot be used; undefined where it can. Notes what it says of its set. */
  #judge({ server }: CommandLink): string | undefined {
    const misfit = misfitOf(server, this.#settings, this.#setName);
    if (misfit !== undefined) return misfit;
    this.kind = deploymentOf(server, this.#settings);
    if (this.kind !== 'replica set') return undefined;
    this.#setName ??= server.setName;
    const isPrimary = server.kind === 'primary' && this.#elections.isCurrent(server);
    const named = isPrimary || server.kind === 'primary' ? undefined : server.primary;
    this.#members = membersOf(server, named);
    if (isPrimary) return undefined;
    this.#isElecting = true;
    return server.kind === 'primary' ? 'is a primary of the past' : 'is not the primary';
  }
}
