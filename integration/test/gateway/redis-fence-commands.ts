// Commands for the fence of redis:read, with what they do: those that read, and those that must not be taken. Data only.

/** A command, and whether it is one that a reader may send. */
export interface Tried {
  readonly words: readonly string[];
  readonly reads: boolean;
}

/** Commands without a lasting effect. */
const READING = `
GET text
MGET text number none
GETRANGE text 0 2
SUBSTR text 0 2
STRLEN text
LCS text bits
EXISTS text none
TYPE hash
TTL mortal
PTTL mortal
EXPIRETIME mortal
PEXPIRETIME mortal
DUMP text
KEYS *
SCAN 0 MATCH * COUNT 10
RANDOMKEY
TOUCH text
GETBIT bits 1
BITCOUNT bits
BITPOS bits 1
BITFIELD_RO bits GET u8 0
OBJECT ENCODING text
OBJECT IDLETIME text
OBJECT REFCOUNT text
OBJECT HELP
DBSIZE
TIME
LASTSAVE
PING
ECHO hello
MEMORY USAGE hash
HGET hash a
HMGET hash a b
HGETALL hash
HEXISTS hash a
HKEYS hash
HVALS hash
HLEN hash
HSTRLEN hash a
HSCAN hash 0
HRANDFIELD hash
HTTL hash FIELDS 1 b
HPTTL hash FIELDS 1 b
HEXPIRETIME hash FIELDS 1 b
HPEXPIRETIME hash FIELDS 1 b
LRANGE list 0 -1
LLEN list
LINDEX list 0
LPOS list 1
SMEMBERS set
SISMEMBER set m
SMISMEMBER set m x
SCARD set
SRANDMEMBER set
SSCAN set 0
SINTER set
SUNION set
SDIFF set
SINTERCARD 1 set
ZRANGE zset 0 -1
ZREVRANGE zset 0 -1
ZRANGEBYSCORE zset 0 9
ZREVRANGEBYSCORE zset 9 0
ZRANGEBYLEX zset - +
ZREVRANGEBYLEX zset + -
ZSCORE zset m
ZMSCORE zset m n
ZCARD zset
ZCOUNT zset 0 9
ZLEXCOUNT zset - +
ZRANK zset m
ZREVRANK zset m
ZSCAN zset 0
ZRANDMEMBER zset
ZINTER 1 zset
ZUNION 1 zset
ZDIFF 1 zset
ZINTERCARD 1 zset
GEODIST geo harbour city
GEOHASH geo harbour
GEOPOS geo harbour
GEOSEARCH geo FROMMEMBER harbour BYRADIUS 1000 km
GEORADIUS_RO geo 11 57 1000 km
GEORADIUSBYMEMBER_RO geo harbour 1000 km
PFCOUNT hll
PFCOUNT hll hll2
SORT_RO list
PUBSUB CHANNELS
PUBSUB NUMSUB channel
PUBSUB NUMPAT
XRANGE stream - +
XREVRANGE stream + -
XLEN stream
XREAD COUNT 1 STREAMS stream 0
XREAD BLOCK 1 STREAMS stream $
XPENDING stream group
XINFO STREAM stream FULL
XINFO GROUPS stream
XINFO CONSUMERS stream group
VCARD vectors
VDIM vectors
VEMB vectors m
VGETATTR vectors m
VINFO vectors
VISMEMBER vectors m
VLINKS vectors m
VRANDMEMBER vectors
VSIM vectors ELE m
`;

/** Commands with an effect, on a key, on another client or on the server, and those that belong to administrators. */
const REFUSED = `
SET text x
SET text x GET
SETNX new x
SETEX text 10 x
PSETEX text 10 x
GETSET text x
GETDEL text
GETEX text EX 10
GETEX mortal PERSIST
SETRANGE text 0 x
MSET text x
MSETNX new x
APPEND text x
INCR number
INCRBY number 5
INCRBYFLOAT number 1.5
DECR number
DECRBY number 5
SETBIT bits 0 1
BITOP NOT new bits
BITFIELD bits SET u8 0 255
BITFIELD bits INCRBY u8 0 1
BITFIELD bits GET u8 0
DEL text
UNLINK text
EXPIRE text 1
PEXPIRE text 1
EXPIREAT text 1
PEXPIREAT text 1
PERSIST mortal
RENAME text new
RENAMENX text new
COPY text new
COPY text new DB 1
MOVE text 1
SORT list
SORT list STORE new
SORT_RO list STORE new
HSET hash a 2
HSETNX hash c 1
HMSET hash a 2
HDEL hash a
HINCRBY hash a 1
HINCRBYFLOAT hash a 1.5
HEXPIRE hash 1 FIELDS 1 a
HPERSIST hash FIELDS 1 b
HGETDEL hash FIELDS 1 a
HGETEX hash EX 10 FIELDS 1 a
HSETEX hash FIELDS 1 a 2
LPUSH list x
RPUSH list x
LPUSHX list x
RPUSHX list x
LPOP list
RPOP list
LSET list 0 x
LREM list 0 1
LTRIM list 0 0
LINSERT list BEFORE 1 x
LMOVE list new LEFT LEFT
RPOPLPUSH list new
LMPOP 1 list LEFT
BLPOP list 1
BRPOP list 1
BLMOVE list new LEFT LEFT 1
BRPOPLPUSH list new 1
BLMPOP 1 1 list LEFT
BZPOPMIN zset 1
BZPOPMAX zset 1
BZMPOP 1 1 zset MIN
SADD set x
SREM set m
SPOP set
SMOVE set new m
SINTERSTORE new set
SUNIONSTORE new set
SDIFFSTORE new set
ZADD zset 3 x
ZREM zset m
ZINCRBY zset 1 m
ZPOPMIN zset
ZPOPMAX zset
ZMPOP 1 zset MIN
ZREMRANGEBYSCORE zset 0 9
ZREMRANGEBYRANK zset 0 9
ZREMRANGEBYLEX zset - +
ZRANGESTORE new zset 0 -1
ZINTERSTORE new 1 zset
ZUNIONSTORE new 1 zset
ZDIFFSTORE new 1 zset
GEOADD geo 1 1 x
GEOSEARCHSTORE new geo FROMMEMBER harbour BYRADIUS 1000 km
GEORADIUS geo 11 57 1000 km STORE new
GEORADIUSBYMEMBER geo harbour 1000 km STOREDIST new
GEORADIUS_RO geo 11 57 1000 km STORE new
PFADD hll x
PFMERGE hll hll2
PFDEBUG GETREG hll
PFSELFTEST
XADD stream * a 1
XDEL stream 1-1
XTRIM stream MAXLEN 0
XACK stream group 1-1
XSETID stream 9-9
XGROUP CREATE stream new 0
XGROUP CREATECONSUMER stream group me
XGROUP DELCONSUMER stream group me
XGROUP SETID stream group $
XGROUP DESTROY stream group
XREADGROUP GROUP group me STREAMS stream >
XCLAIM stream group me 0 1-1
XAUTOCLAIM stream group me 0 0
PUBLISH channel x
SPUBLISH channel x
VADD vectors VALUES 3 1 1 1 x
VREM vectors m
VSETATTR vectors m {"a":1}
RESTORE new 0 x
RESTORE-ASKING new 0 x
MIGRATE 127.0.0.1 1 text 0 10
SELECT 1
SWAPDB 0 1
FLUSHDB
FLUSHALL
EVAL return(redis.call('SET','new',1)) 0
EVALSHA 6b1bf486c81ceb7edf3c093f4c48582e38c0e791 0
EVAL_RO return(1) 0
EVALSHA_RO 6b1bf486c81ceb7edf3c093f4c48582e38c0e791 0
FCALL fence 0
FCALL_RO fence 0
SCRIPT LOAD return(2)
SCRIPT EXISTS x
SCRIPT FLUSH
SCRIPT KILL
SCRIPT DEBUG YES
FUNCTION LOAD #!lua
FUNCTION DELETE fence
FUNCTION FLUSH
FUNCTION KILL
FUNCTION DUMP
FUNCTION LIST
FUNCTION RESTORE x
CONFIG SET maxmemory 1000000
CONFIG GET *
CONFIG REWRITE
CONFIG RESETSTAT
ACL SETUSER intruder on nopass ~* +@all
ACL DELUSER app
ACL LOAD
ACL SAVE
ACL LOG RESET
ACL LIST
ACL WHOAMI
CLIENT KILL TYPE normal
CLIENT KILL TYPE pubsub
CLIENT PAUSE 60000
CLIENT UNPAUSE
CLIENT NO-EVICT ON
CLIENT NO-TOUCH ON
CLIENT SETNAME x
CLIENT REPLY OFF
CLIENT TRACKING ON
CLIENT UNBLOCK 1
CLIENT LIST
DEBUG SLEEP 0.1
DEBUG SET-ACTIVE-EXPIRE 0
DEBUG JMAP
MEMORY PURGE
MEMORY DOCTOR
MEMORY STATS
LATENCY RESET
LATENCY DOCTOR
SLOWLOG RESET
SLOWLOG GET
MODULE LOAD /tmp/x.so
MODULE UNLOAD vectorset
MODULE LIST
SAVE
BGSAVE
BGREWRITEAOF
SHUTDOWN NOSAVE
REPLICAOF 127.0.0.1 1
SLAVEOF NO ONE
FAILOVER ABORT
CLUSTER RESET
CLUSTER INFO
SYNC
PSYNC ? -1
REPLCONF capa eof
MONITOR
INFO
ROLE
COMMAND
COMMAND COUNT
LOLWUT
WAIT 0 1
WAITAOF 0 0 1
WATCH text
UNWATCH
MULTI
EXEC
DISCARD
RESET
QUIT
HELLO 3
AUTH default default-password
ASKING
READONLY
READWRITE
UNSUBSCRIBE
PUNSUBSCRIBE
SUNSUBSCRIBE
OBJECT UNKNOWN text
XINFO UNKNOWN stream
PUBSUB UNKNOWN
COPY|DB text new
GET|SET text x
NO.SUCH.COMMAND text
`;

function listed(text: string, reads: boolean): Tried[] {
  return text
    .trim()
    .split('\n')
    .map((line) => ({ words: line.split(' '), reads }));
}

/** All of them. */
export const COMMANDS: readonly Tried[] = [...listed(READING, true), ...listed(REFUSED, false)];

/** What a writer may not send, since it leaves the database that its connection has. */
export const LEAVING: readonly string[] = [
  'COPY text new DB 1',
  'COPY text new REPLACE DB 1',
  'COPY text new DB 1 REPLACE',
  'MOVE text 1',
  'SELECT 1',
  'SWAPDB 0 1',
  'FLUSHALL ASYNC',
  'MIGRATE 127.0.0.1 1 text 1 10',
  "EVAL redis.call('SELECT',1)return(redis.call('SET','new',1)) 0",
];
