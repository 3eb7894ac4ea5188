// The calls of a script, on the official driver's objects as on our client's: where names or arguments differed, the answers would. It
// opens nothing.

/** A method by its name, with what it is given; `{ $session: true }` among the options is the script's session. */
export type MongodbCall = readonly [method: string, ...given: readonly unknown[]];

type Methods = Readonly<Record<string, (...given: unknown[]) => unknown>>;

/** Calls one method after another, each on what the one before gave. @returns What the last gave; null for a collection. */
export async function called(on: object, calls: readonly MongodbCall[], session?: object): Promise<unknown> {
  let value: unknown = on;
  for (const [method, ...given] of calls) {
    const methods = (await value) as Methods;
    const call = methods[method];
    if (!call) throw new Error(`there is no method ${method}`);
    value = call.apply(
      methods,
      given.map((each) => withSession(each, session)),
    );
  }
  const result = await value;
  // A collection is not looked into.
  return typeof result === 'object' && result !== null && 'collectionName' in result ? null : result;
}

function withSession(given: unknown, session: object | undefined): unknown {
  if (typeof given !== 'object' || given === null || !('$session' in given)) return given;
  const { $session: _, ...options } = given;
  return { ...options, session };
}
