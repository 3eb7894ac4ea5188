// A hash whose fields may expire, each on its own.

/** Fields and their values; an expired field is gone at the next look at the hash. */
export class Hash extends Map<string, string> {
  readonly #expiries = new Map<string, number>();

  /** Drops what has expired. @returns This hash. */
  purge(): this {
    const now = Date.now();
    for (const [field, at] of this.#expiries) if (at <= now) this.delete(field);
    return this;
  }

  /** Milliseconds since the epoch; undefined: never. */
  expiry(field: string): number | undefined {
    return this.#expiries.get(field);
  }

  /** @param at Milliseconds since the epoch; undefined: never. */
  expire(field: string, at: number | undefined): void {
    if (at === undefined) this.#expiries.delete(field);
    else this.#expiries.set(field, at);
  }

  /** A value set anew does not expire. */
  override set(field: string, value: string): this {
    // Map's constructor calls this before the private member is there; it is never given entries here.
    this.#expiries.delete(field);
    return super.set(field, value);
  }

  override delete(field: string): boolean {
    this.#expiries.delete(field);
    return super.delete(field);
  }

  /** A hash of its own with the same fields. */
  copy(): Hash {
    const hash = new Hash();
    for (const [field, value] of this) hash.set(field, value).expire(field, this.expiry(field));
    return hash;
  }
}
