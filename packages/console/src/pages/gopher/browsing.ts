// What a tab of the browser is at: its trail, what came, and which servers it takes for its own.
import { gopherFetch } from '@fairlead/sdk';
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { draft } from '../../app/tabs/tab.ts';
import { Work } from '../../browser/async.ts';
import type { PageProps } from '../contract.ts';
import { type Answer, readAnswer } from './answer/read-answer.ts';
import { commonName, queryOf, type Reach, serverName } from './places/place.ts';
import { currentStep, goTo, isTrail, type Step, stepBy, type Trail, trailFrom } from './places/trail.ts';

const HOME: Step = { place: '', title: 'Start' };

/** One tab's browsing. */
export class Browsing {
  readonly work = new Work();
  readonly trail: Signal<Trail>;
  /** What is in the address bar. */
  readonly typed: Signal<string>;
  readonly reach: ReadonlySignal<Reach>;
  readonly #answer = signal<Answer | undefined>(undefined);
  readonly #bytes = signal(0);
  readonly #ownNames: Signal<ReadonlySet<string>>;
  readonly #caller: PageProps['caller'];

  constructor({ tab, caller, access, connection }: PageProps) {
    this.#caller = caller;
    this.trail = draft<Trail>(tab, 'trail', trailFrom(HOME));
    if (!isTrail(this.trail.peek())) this.trail.value = trailFrom(HOME);
    this.typed = draft(tab, 'address', this.step.place);
    const known = connection?.host === undefined ? [] : [serverName(connection.host, connection.port)];
    this.#ownNames = signal(new Set(known));
    this.reach = computed(() => ({
      hasConnection: connection !== undefined,
      mayDial: access.targetScopes.gopher?.includes('fetch') ?? false,
      ownNames: this.#ownNames.value,
    }));
  }

  get step(): Step {
    return currentStep(this.trail.value) ?? HOME;
  }

  get answer(): ReadonlySignal<Answer | undefined> {
    return this.#answer;
  }

  /** That have come of what is being fetched. */
  get bytes(): ReadonlySignal<number> {
    return this.#bytes;
  }

  open(step: Step): Promise<void> {
    return this.#goOn(goTo(this.trail.peek(), step));
  }

  stepBy(by: 1 | -1): Promise<void> {
    return this.#goOn(stepBy(this.trail.peek(), by));
  }

  /** Fetches the place that is looked at. Without a connection there is none at the start. */
  async load(): Promise<void> {
    const { place } = this.step;
    this.#answer.value = undefined;
    this.#bytes.value = 0;
    if (place === '' && !this.reach.peek().hasConnection) return;
    const fetchPlace = async (abort: AbortSignal): Promise<Answer> => {
      const query = queryOf(place);
      const response = await this.#caller.run('gopherFetch', gopherFetch, { query, signal: abort });
      return readAnswer(response, (bytes) => {
        this.#bytes.value = bytes;
      });
    };
    await this.work.take(fetchPlace, (answer) => {
      if (answer.kind === 'menu' && !/^gopher/i.test(place)) this.#learn(place, answer);
      this.#answer.value = answer;
    });
  }

  #goOn(trail: Trail): Promise<void> {
    this.trail.value = trail;
    this.typed.value = this.step.place;
    return this.load();
  }

  /** Notes under which name the connection's server writes its own links. */
  #learn(place: string, { lines }: Extract<Answer, { kind: 'menu' }>): void {
    const names = this.#ownNames.peek();
    const isKnown = lines.some(({ hostname, port }) => names.has(serverName(hostname, port)));
    const name = commonName(lines);
    if (isKnown || name === undefined || (place !== '' && names.size > 1)) return;
    this.#ownNames.value = new Set([...names, name]);
  }
}
