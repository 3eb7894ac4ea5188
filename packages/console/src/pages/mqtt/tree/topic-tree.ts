// All topics as a tree: what came last, how many, how often. Messages change nodes in place; nothing is drawn here.
import type { Message } from '../feed/message.ts';
import { Rate } from './rate.ts';

/** Further topics are counted, and not kept. */
const MAX_NODES = 50_000;
/** A topic may have 65,535 levels: what stands behind so many is one. */
const MAX_LEVELS = 100;
/** What all last values may take, in characters; beyond it, values are kept cut. */
const MAX_KEPT = 48_000_000;
/** What is kept of a value that is cut. */
const CUT = 1_000;

/** One level of a topic. */
export interface TopicNode {
  /** The level's own name; it may be empty, as in `/a`. */
  readonly name: string;
  /** The whole topic down to here. */
  readonly topic: string;
  readonly parent: TopicNode | undefined;
  /** By name. */
  readonly children: Map<string, TopicNode>;
  /** The last message of exactly this topic. */
  last: Message | undefined;
  /** Whether `last` holds the beginning of its payload only. */
  isCut: boolean;
  /** Messages of exactly this topic. */
  own: number;
  /** Messages of it and of all below. */
  total: number;
  /** Of it and of all below. */
  readonly rate: Rate;
  /** When the last message of it or below came. */
  lastAt: number;
  /** The children by name; undefined where one was added since. */
  sorted: readonly TopicNode[] | undefined;
}

const makeNode = (name: string, topic: string, parent: TopicNode | undefined): TopicNode => ({
  name,
  topic,
  parent,
  children: new Map(),
  last: undefined,
  isCut: false,
  own: 0,
  total: 0,
  rate: new Rate(),
  lastAt: 0,
  sorted: undefined,
});

/** The tree. */
export class TopicTree {
  /** Stands above the first level; its counts are those of all. */
  readonly root: TopicNode = makeNode('', '', undefined);
  readonly #byTopic = new Map<string, TopicNode>();
  #nodes = 0;
  #kept = 0;
  #unkept = 0;

  /** Topics that had a message. */
  get topics(): number {
    return this.#byTopic.size;
  }

  /** Messages whose topics were too many to be kept. */
  get unkept(): number {
    return this.#unkept;
  }

  /** The topic's node, where it had a message. */
  node(topic: string): TopicNode | undefined {
    return this.#byTopic.get(topic);
  }

  /** Takes a message in. */
  add(message: Message): void {
    const node = this.#byTopic.get(message.topic) ?? this.#grow(message.topic);
    if (node === undefined) {
      this.#unkept++;
      this.root.total++;
      this.root.rate.count(message.at);
      return;
    }
    node.own++;
    this.#keep(node, message);
    for (let at: TopicNode | undefined = node; at !== undefined; at = at.parent) {
      at.total++;
      at.lastAt = message.at;
      at.rate.count(message.at);
    }
  }

  #keep(node: TopicNode, message: Message): void {
    this.#kept -= node.last?.size ?? 0;
    node.isCut = this.#kept + message.size > MAX_KEPT && message.size > CUT;
    node.last = node.isCut ? cutOf(message) : message;
    this.#kept += node.last.size;
  }

  /** The node of a topic, made with those above it; undefined where there are too many. */
  #grow(topic: string): TopicNode | undefined {
    let at = this.root;
    let end = -1;
    let level = 0;
    do {
      const begin = end + 1;
      level++;
      end = level < MAX_LEVELS ? topic.indexOf('/', begin) : -1;
      const name = end === -1 ? topic.slice(begin) : topic.slice(begin, end);
      let child = at.children.get(name);
      if (child === undefined) {
        if (this.#nodes >= MAX_NODES) return undefined;
        this.#nodes++;
        child = makeNode(name, end === -1 ? topic : topic.slice(0, end), at);
        at.children.set(name, child);
        at.sorted = undefined;
      }
      at = child;
    } while (end !== -1);
    this.#byTopic.set(topic, at);
    return at;
  }
}

function cutOf(message: Message): Message {
  const { text, base64, size } = message;
  const cut = { text: text?.slice(0, CUT), base64: base64?.slice(0, CUT) };
  const taken = (text ?? base64 ?? '').length - (cut.text ?? cut.base64 ?? '').length;
  return { ...message, ...cut, size: size - taken };
}

/** A node's children by name, the numbers in them by their value. */
export function childrenOf(node: TopicNode): readonly TopicNode[] {
  node.sorted ??= [...node.children.values()].sort((a, b) => ORDER.compare(a.name, b.name));
  return node.sorted;
}

const ORDER = new Intl.Collator('en', { numeric: true });
