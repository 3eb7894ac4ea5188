// One round of asking a set's members, two at a time, until one suits or all have answered.
import { type CallLimit, whenAborted } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { type Address, formatAddress } from '@fairlead/transport';
import type { CommandLink } from '../connection/types.ts';
import { isEnough, isFinal, leave, noServer, shareOf } from '../topology/search.ts';
import type { ReadPreference } from '../types/option-values.ts';
import { type Member, nearestOf, suitable, suitsAtOnce } from './selection.ts';

/** Workers have six sockets at a time, and the caller needs some for other things. */
const DIALS_AT_ONCE = 2;

/** What a round asks of its topology. */
export interface RoundHost {
  /** The addresses that are known at this moment, the likeliest first. They grow while members answer. */
  candidates(): readonly Address[];
  open(address: Address, limit: CallLimit): Promise<CommandLink>;
  /** Notes what a server says. `foreign`: it may not be used; `alone`: it is no member of a set, and the one to use. */
  judge(link: CommandLink): {
    readonly verdict: 'member' | 'alone' | 'foreign';
    readonly misfit?: string | undefined;
  };
}

interface Asked extends Member {
  readonly address: Address;
  readonly link: CommandLink;
}

/** Asks the members of one set for one read preference. Used once. */
export class Round {
  readonly #host: RoundHost;
  readonly #preference: ReadPreference;
  readonly #limit: CallLimit;
  readonly #stop = new AbortController();
  readonly #stopListening: () => void;
  readonly #tried = new Set<string>();
  readonly #members: Asked[] = [];
  #found: CommandLink | undefined;
  /** A connection that may be the choice once all have answered. */
  #held: Asked | undefined;
  /** Why a server did not suit or did not answer: the first reason. */
  failure: Error | undefined;

  constructor(host: RoundHost, preference: ReadPreference, limit: CallLimit) {
    this.#host = host;
    this.#preference = preference;
    this.#limit = { ...limit, signal: this.#stop.signal };
    this.#stopListening = whenAborted(limit.signal, ({ reason }) => this.#stop.abort(reason));
  }

  /** Whether a member of the set has answered, so that another round may find it changed. */
  get hasMembers(): boolean {
    return this.#members.length > 0;
  }

  /** @returns Undefined where no member suits. @throws What every server would answer alike: a refused login, the end. */
  async run(): Promise<CommandLink | undefined> {
    const lanes = Array.from({ length: DIALS_AT_ONCE }, () => this.#lane());
    try {
      await Promise.all(lanes);
      return this.#found ?? (await this.#choose());
    } catch (error) {
      this.#stop.abort(error);
      if (this.#held) leave(this.#held.link);
      this.#held = undefined;
      await Promise.allSettled(lanes);
      if (this.#found) leave(this.#found);
      throw error;
    } finally {
      this.#stopListening();
    }
  }

  /** Asks one server after another. What one says may name others, so a lane looks again after each. */
  async #lane(): Promise<void> {
    for (;;) {
      const waiting = this.#host.candidates().filter((one) => !this.#tried.has(formatAddress(one)));
      const [address] = waiting;
      if (!address || this.#stop.signal.aborted || isEnough(this.#tried)) return;
      this.#tried.add(formatAddress(address));
      await this.#ask(address, shareOf(this.#limit, Math.ceil(waiting.length / DIALS_AT_ONCE)));
    }
  }

  async #ask(address: Address, limit: CallLimit): Promise<void> {
    const startedAt = Date.now();
    try {
      const link = await this.#host.open(address, limit);
      const updatedAt = Date.now();
      const asked = { address, link, server: link.server, latencyMs: updatedAt - startedAt, updatedAt };
      if (this.#stop.signal.aborted) leave(link);
      else this.#note(asked);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (isFinal(error)) throw error;
      this.failure ??= error as FairleadError;
    }
  }

  #note(asked: Asked): void {
    const { link } = asked;
    const { verdict, misfit } = this.#host.judge(link);
    if (verdict === 'foreign') {
      leave(link);
      this.failure ??= noServer(misfit ?? '');
      return;
    }
    if (verdict === 'member') this.#members.push(asked);
    if (verdict === 'alone' || suitsAtOnce(asked, this.#preference)) {
      this.#found = link;
      this.#stop.abort();
      if (this.#held) leave(this.#held.link);
      this.#held = undefined;
    } else if (!this.#held && suitable([asked], this.#preference).length > 0) this.#held = asked;
    else leave(link);
  }

  /** All have answered: the connection that is held where it suits, else a new one to the nearest that does. */
  async #choose(): Promise<CommandLink | undefined> {
    const members = suitable(this.#members, this.#preference);
    const held = this.#held;
    this.#held = undefined;
    if (held && members.includes(held) && held.link.isUsable) return held.link;
    if (held) leave(held.link);
    const choice = nearestOf(members);
    return choice && this.#host.open(choice.address, this.#limit);
  }
}
