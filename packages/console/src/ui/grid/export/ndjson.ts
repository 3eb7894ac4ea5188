// A row as a line of NDJSON: an object by the columns' names, its values as the server sent them, digit by digit.

/** The names of an object's members: of two columns `id` the second is `id_2`. */
export function memberNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let i = 2; seen.has(own) || (own !== name && taken.has(own)); i += 1) own = `${name}_${i}`;
    seen.add(own);
    return own;
  });
}

/** A line with its line break. @param keys Each name as JSON, of `memberNames`. @param raw The cells' JSON texts. */
export function ndjsonLine(keys: readonly string[], raw: readonly string[]): string {
  return `{${keys.map((key, i) => `${key}:${raw[i] ?? 'null'}`).join(',')}}\n`;
}
