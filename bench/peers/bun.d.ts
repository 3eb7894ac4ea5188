// What of Bun is used here, so that its types need not be installed.
declare namespace Bun {
  class RedisClient {
    constructor(url: string);
    connect(): Promise<void>;
    get(key: string): Promise<string | null>;
    set(key: string, value: string): Promise<unknown>;
    close(): void;
  }

  class SQL {
    constructor(url: string, options: { readonly max: number });
    unsafe(text: string, params: readonly unknown[]): Promise<readonly object[]>;
    close(): Promise<void>;
  }
}
