// The part of redis-parser that the tests use; it ships no types.
declare module 'redis-parser' {
  export default class RedisParser {
    constructor(options: { returnReply(reply: unknown): void; returnError(error: unknown): void });
    execute(chunk: Uint8Array): void;
  }
}
