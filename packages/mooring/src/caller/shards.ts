// Which of a pool's objects a client's connection goes to. It counts in this isolate alone and calls nothing.

/** The connections of this isolate's clients to each object of one pool. */
interface Loads {
  readonly since: number;
  readonly open: number[];
}

/** By the pool's name, for all requests of the isolate: numbers, which belong to none of them. */
const LOADS = /* @__PURE__ */ new Map<string, Loads>();
const MAX_POOLS = 256;
/** A table is begun anew after this time: the platform may end a request without a word, and it would count for ever. */
const RENEW_MS = 60_000;

/** A choice, to be ended once. */
export interface ShardChoice {
  readonly shard: number;
  /** The client's connection has ended. */
  end(): void;
}

/** The less loaded of two random objects. */
export function chooseShard(pool: string, shards: number): ShardChoice {
  const { open } = loadsOf(pool);
  const one = Math.floor(Math.random() * shards);
  const other = (one + 1 + Math.floor(Math.random() * (shards - 1))) % shards;
  const shard = (open[other] ?? 0) < (open[one] ?? 0) ? other : one;
  open[shard] = (open[shard] ?? 0) + 1;
  return {
    shard,
    end: () => {
      open[shard] = (open[shard] ?? 1) - 1;
    },
  };
}

function loadsOf(pool: string): Loads {
  const now = Date.now();
  const known = LOADS.get(pool);
  if (known !== undefined && now - known.since < RENEW_MS) return known;
  if (LOADS.size >= MAX_POOLS) LOADS.clear();
  const loads: Loads = { since: now, open: [] };
  LOADS.set(pool, loads);
  return loads;
}
