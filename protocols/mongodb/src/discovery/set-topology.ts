// All members of a replica set, found by asking the seeds. One connection for writing, and one more for each read preference in use.
import type { CallLimit } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { type Address, formatAddress } from '@fairlead/transport';
import type { CommandLink } from '../connection/types.ts';
import { PRIMARY } from '../options/concerns.ts';
import type { OpenLink, Settings } from '../options/settings.ts';
import { Elections } from '../topology/elections.ts';
import { Lifetime } from '../topology/lifetime.ts';
import {
  distinct,
  leave,
  memberAddress,
  membersOf,
  noServer,
  pauseWithin,
  waitFor,
} from '../topology/search.ts';
import { openSeedTopology } from '../topology/seed-topology.ts';
import { deploymentOf, misfitOf } from '../topology/server-fit.ts';
import type { DeploymentKind, Topology } from '../topology/types.ts';
import type { ReadPreference } from '../types/option-values.ts';
import { Round, type RoundHost } from './round.ts';

/** Connections to one set at a time. For another one, the oldest is left that is not the primary's, and with it its cursors. */
const MAX_LINKS = 4;

/** A connection that was found for a read preference, and the promise that all callers get. */
interface Found {
  readonly link: CommandLink;
  readonly promise: Promise<CommandLink>;
}

/** Looks up SRV records where the settings ask for it. */
export type ResolveSettings = (settings: Settings, limit: CallLimit) => Promise<Settings>;

/** The topology of a client with `discovery()`. It asks at the first `select`. */
export class SetTopology implements Topology, RoundHost {
  readonly #openLink: OpenLink;
  readonly #resolve: ResolveSettings;
  readonly #lifetime: Lifetime;
  readonly #elections = new Elections();
  readonly #found = new Map<string, Found>();
  readonly #searches = new Map<string, Promise<CommandLink>>();
  #settings: Settings;
  #kind: DeploymentKind | undefined;
  #setName: string | undefined;
  /** As the primary lists them, or as any member does while no primary has answered. */
  #members: readonly Address[] = [];
  /** Whether `#members` is the primary's list: then seeds beyond it are other names of the same servers. */
  #isComplete = false;
  /** The server whose connection failed last: it is asked behind the others ("Server Selection", deprioritized servers). */
  #doubtful: string | undefined;
  /** One server, by `directConnection` or `loadBalanced`: there is nothing to discover. */
  #single: Topology | undefined;

  constructor(settings: Settings, openLink: OpenLink, resolve: ResolveSettings) {
    this.#settings = settings;
    this.#openLink = openLink;
    this.#resolve = resolve;
    this.#lifetime = new Lifetime(settings, (reason) => {
      for (const { link } of this.#found.values()) link.destroy(reason);
    });
  }

  get kind(): DeploymentKind {
    return this.#single?.kind ?? this.#kind ?? 'single';
  }

  get closed(): Promise<void> {
    return this.#lifetime.closed;
  }

  select(preference: ReadPreference | 'writable', limit: CallLimit): Promise<CommandLink> {
    if (this.#single) return this.#single.select(preference, limit);
    const wanted = preference === 'writable' ? PRIMARY : preference;
    const found = this.#found.get(this.#keyOf(wanted));
    return found?.link.isUsable ? found.promise : this.#selectAnew(wanted, limit);
  }

  failed(link: CommandLink, error: FairleadError): void {
    this.#single?.failed(link, error);
    for (const [key, found] of this.#found) {
      if (found.link !== link) continue;
      this.#found.delete(key);
      this.#doubtful = link.address;
      link.destroy(error);
    }
  }

  async close(): Promise<void> {
    this.#lifetime.end();
    const links = new Set([...this.#found.values()].map(({ link }) => link));
    this.#found.clear();
    await Promise.all([this.#single?.close(), ...[...links].map((link) => link.close())]);
  }

  /** Outside a replica set every preference has the same server. */
  #keyOf(preference: ReadPreference): string {
    if (preference.mode === 'primary' || (this.#kind && this.#kind !== 'replica set')) return PRIMARY.mode;
    return JSON.stringify(preference);
  }

  async #selectAnew(preference: ReadPreference, limit: CallLimit): Promise<CommandLink> {
    const ended = this.#lifetime.ended;
    if (ended) throw ended;
    const key = this.#keyOf(preference);
    this.#found.delete(key);
    const search = this.#searches.get(key) ?? this.#begin(key, preference);
    return waitFor(search, limit);
  }

  #begin(key: string, preference: ReadPreference): Promise<CommandLink> {
    const search = this.#find(preference, this.#lifetime.searchLimit()).then(
      (link) => {
        this.#searches.delete(key);
        const ended = this.#lifetime.ended;
        if (ended) {
          leave(link);
          throw ended;
        }
        this.#doubtful = undefined;
        return this.#single ? link : this.#keep(this.#keyOf(preference), link);
      },
      (error: unknown) => {
        this.#searches.delete(key);
        throw this.#lifetime.ended ?? error;
      },
    );
    this.#searches.set(key, search);
    return search;
  }

  /** @returns The connection, or the one that another search has found meanwhile. */
  #keep(key: string, link: CommandLink): CommandLink {
    const found = this.#found.get(key);
    if (found?.link.isUsable) {
      leave(link);
      return found.link;
    }
    const oldest = [...this.#found].find(([other]) => other !== PRIMARY.mode);
    if (oldest && this.#found.size >= MAX_LINKS) {
      this.#found.delete(oldest[0]);
      leave(oldest[1].link);
    }
    this.#found.set(key, { link, promise: Promise.resolve(link) });
    return link;
  }

  async #find(preference: ReadPreference, limit: CallLimit): Promise<CommandLink> {
    const settings = await this.#settle(limit);
    if (settings.directConnection || settings.loadBalanced) {
      this.#single ??= openSeedTopology(settings, this.#openLink);
      return this.#single.select(preference, limit);
    }
    for (;;) {
      const round = new Round(this, preference, limit);
      const link = await round.run();
      if (link) return link;
      this.#isComplete = false;
      if (!round.hasMembers || !(await pauseWithin(limit))) {
        throw this.#failureOf(round);
      }
    }
  }

  /** Members that answered without one that suits; or the first server's own failure. */
  #failureOf({ hasMembers, failure }: Round): Error {
    if (hasMembers) return noServer('No member of the replica set suits the read preference.');
    return failure ?? noServer('There is no server to ask.');
  }

  async #settle(limit: CallLimit): Promise<Settings> {
    if (this.#settings.srv) this.#settings = await this.#resolve(this.#settings, limit);
    this.#setName ??= this.#settings.replicaSet;
    return this.#settings;
  }

  candidates(): readonly Address[] {
    const all = this.#isComplete ? this.#members : distinct([...this.#members, ...this.#settings.seeds]);
    const isDoubtful = (one: Address): boolean => formatAddress(one) === this.#doubtful;
    return [...all.filter((one) => !isDoubtful(one)), ...all.filter(isDoubtful)];
  }

  open(address: Address, limit: CallLimit): Promise<CommandLink> {
    return this.#openLink(address, this.#settings, limit);
  }

  judge({ server, address }: CommandLink): ReturnType<RoundHost['judge']> {
    const misfit = misfitOf(server, this.#settings, this.#setName);
    if (misfit !== undefined) return { verdict: 'foreign', misfit: `${address} ${misfit}.` };
    this.#kind = deploymentOf(server, this.#settings);
    if (this.#kind !== 'replica set') return { verdict: 'alone' };
    this.#setName ??= server.setName;
    const isPrimary = server.kind === 'primary';
    if (isPrimary && !this.#elections.isCurrent(server)) {
      return { verdict: 'foreign', misfit: `${address} is a primary of the past.` };
    }
    const named = isPrimary ? address : server.primary;
    if (isPrimary || !this.#isComplete) this.#members = membersOf(server, named);
    this.#isComplete ||= isPrimary && server.hosts.some((host) => isSame(host, address));
    return { verdict: 'member' };
  }
}

function isSame(host: string, address: string): boolean {
  const member = memberAddress(host);
  const other = memberAddress(address);
  return member !== undefined && other !== undefined && formatAddress(member) === formatAddress(other);
}
