// Kinds of values, as people call them.

/** By what TYPE says. */
export const KIND_NAMES: Readonly<Record<string, string>> = {
  string: 'string',
  hash: 'hash',
  list: 'list',
  set: 'set',
  zset: 'sorted set',
  stream: 'stream',
  'ReJSON-RL': 'JSON',
  vectorset: 'vector set',
};
