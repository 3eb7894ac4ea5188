// What the panel of a key gives its parts. Types only.
import type { RedisModel } from '../model.ts';
import type { Argument } from '../wire/argument.ts';

/** What is known of the key itself. */
export interface Head {
  /** As TYPE says it; `none` for a key that is not there. */
  readonly type: string;
  readonly expiresAt: number | undefined;
}

/** What the parts of a key's panel get. */
export interface KeyProps {
  readonly model: RedisModel;
  readonly name: Argument;
  /** Asks anew for the whole key. */
  readonly onReload: () => void;
}
