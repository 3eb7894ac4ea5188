// What one entry of the command table says: types only. The entries are in the files beside this one.

/** The scope class of a command. `admin` includes the others, `write` includes `read`; `script` stands beside them. */
export type CommandClass = 'read' | 'write' | 'script' | 'admin';

/** Stands in an entry's type for the strings of a reply: `string`, or `Uint8Array` for a client that asked for bytes. */
export interface Text {
  readonly [TEXT]: true;
}

declare const TEXT: unique symbol;
declare const SIGNATURE: unique symbol;

/**
 * The entry of a command that clients have as a method. The doc comment of the entry is the method's, `F` is its type,
 * with `Text` for the strings of the reply, and the text says the rest: `<class> <argument>... = <shape>`.
 *
 * - *class*: the scope that a token needs for it over HTTP. In `write/DB`, the argument `DB` makes that `admin`.
 * - *arguments*, in the order in which Redis takes them. The kinds are those of `arguments.ts`: `key`, `value`,
 *   `bound`, `int`, `score`, `fields`, `members`; `keys` and `values` take all arguments that are left; `?int` may be
 *   left out; `{nx,ex}` are options by their names, which are always the caller's last argument.
 * - *shape*: how the reply is changed, so that RESP2 and RESP3 give the same (`reply-shapes.ts`). Without it, the
 *   caller gets the reply as it came.
 */
export type Command<F> = string & { readonly [SIGNATURE]?: F };

/** The methods of a table, on a client whose strings are `T`. */
export type MethodsOf<Table, T> = {
  readonly [Name in keyof Table]: Table[Name] extends Command<(...args: infer Args) => infer Result>
    ? (...args: Args) => Promise<WithText<Result, T>>
    : never;
};

/** `Result` with `T` in place of `Text`. */
type WithText<Result, T> = Result extends Text
  ? T
  : Result extends readonly (infer Item)[]
    ? WithText<Item, T>[]
    : Result extends object
      ? { [Name in keyof Result]: WithText<Result[Name], T> }
      : Result;
