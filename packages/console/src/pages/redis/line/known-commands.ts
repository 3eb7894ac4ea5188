// The commands that the line completes, with what follows their names. Data; servers know more, and all can be sent.

/** A command to choose. */
export interface KnownCommand {
  /** With its subcommand: `OBJECT ENCODING`. */
  readonly name: string;
  /** What follows it, as the documentation of Redis writes it. */
  readonly syntax: string;
}

/** One command a line: its name in capitals, then what follows it in small letters or brackets. */
function parse(text: string): readonly KnownCommand[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [, name = line, syntax = ''] = /^([A-Z.]+(?: (?:[A-Z]{3,}|ID)(?= |$))?)(.*)$/.exec(line) ?? [];
      return { name, syntax: syntax.trim() };
    });
}

/** Those of everybody. */
export const KNOWN_COMMANDS: readonly KnownCommand[] = parse(`
APPEND key value
BITCOUNT key [start end]
BITPOS key bit
COPY source destination [REPLACE]
DBSIZE
DECR key
DECRBY key decrement
DEL key [key ...]
DUMP key
ECHO message
EXISTS key [key ...]
EXPIRE key seconds [NX|XX|GT|LT]
EXPIREAT key unix-seconds
EXPIRETIME key
GEOADD key longitude latitude member
GEODIST key one other [m|km|ft|mi]
GEOPOS key member [member ...]
GEOSEARCH key FROMLONLAT longitude latitude BYRADIUS radius m|km|ft|mi
GET key
GETDEL key
GETEX key [EX seconds]
GETRANGE key start end
GETBIT key offset
HDEL key field [field ...]
HEXISTS key field
HGET key field
HGETALL key
HINCRBY key field increment
HKEYS key
HLEN key
HMGET key field [field ...]
HSCAN key cursor [MATCH pattern] [COUNT count]
HSET key field value [field value ...]
HSETNX key field value
HSTRLEN key field
HVALS key
INCR key
INCRBY key increment
INCRBYFLOAT key increment
INFO [section ...]
JSON.GET key [path ...]
JSON.SET key path value
JSON.DEL key [path]
KEYS pattern
LINDEX key index
LINSERT key BEFORE|AFTER pivot element
LLEN key
LPOP key [count]
LPOS key element
LPUSH key element [element ...]
LRANGE key start stop
LREM key count element
LSET key index element
LTRIM key start stop
MEMORY USAGE key [SAMPLES count]
MGET key [key ...]
MSET key value [key value ...]
OBJECT ENCODING key
OBJECT FREQ key
OBJECT IDLETIME key
PERSIST key
PEXPIRE key milliseconds
PFADD key [element ...]
PFCOUNT key [key ...]
PING [message]
PTTL key
PUBLISH channel message
PUBSUB CHANNELS [pattern]
PUBSUB NUMSUB [channel ...]
RANDOMKEY
RENAME key newkey
RENAMENX key newkey
RPOP key [count]
RPUSH key element [element ...]
SADD key member [member ...]
SCARD key
SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]
SDIFF key [key ...]
SET key value [NX|XX] [EX seconds] [KEEPTTL]
SETBIT key offset value
SETEX key seconds value
SETNX key value
SETRANGE key offset value
SINTER key [key ...]
SISMEMBER key member
SMEMBERS key
SMISMEMBER key member [member ...]
SORT key [LIMIT offset count] [ASC|DESC] [ALPHA]
SPOP key [count]
SRANDMEMBER key [count]
SREM key member [member ...]
SSCAN key cursor [MATCH pattern]
STRLEN key
SUNION key [key ...]
TIME
TOUCH key [key ...]
TTL key
TYPE key
UNLINK key [key ...]
XADD key *|id field value [field value ...]
XDEL key id [id ...]
XINFO STREAM key
XINFO GROUPS key
XINFO CONSUMERS key group
XLEN key
XPENDING key group
XRANGE key start end [COUNT count]
XREAD [COUNT count] STREAMS key id
XREVRANGE key end start [COUNT count]
XTRIM key MAXLEN count
ZADD key [NX|XX] score member [score member ...]
ZCARD key
ZCOUNT key min max
ZINCRBY key increment member
ZPOPMAX key [count]
ZPOPMIN key [count]
ZRANGE key start stop [BYSCORE|BYLEX] [REV] [WITHSCORES]
ZRANK key member
ZREM key member [member ...]
ZREVRANK key member
ZSCAN key cursor
ZSCORE key member
`);

/** Those that need `redis:admin`. */
export const ADMIN_COMMANDS: readonly KnownCommand[] = parse(`
ACL LIST
ACL WHOAMI
CLIENT INFO
CLIENT KILL ID id
CLIENT LIST
COMMAND DOCS name
CONFIG GET parameter
CONFIG RESETSTAT
CONFIG SET parameter value
FLUSHALL [ASYNC]
FLUSHDB [ASYNC]
LASTSAVE
LATENCY DOCTOR
LATENCY LATEST
MEMORY DOCTOR
MEMORY STATS
MODULE LIST
MOVE key db
ROLE
SLOWLOG GET [count]
SLOWLOG LEN
SLOWLOG RESET
`);
