// Rows as objects by column name. It knows no database.

/**
 * A function that makes objects of rows. Where two columns have one name, the last one wins.
 * @param names The columns' names, in the rows' order. A value that a row lacks is null.
 */
export function rowObjectMaker<Value>(
  names: readonly string[],
): (row: readonly Value[]) => Record<string, Value | null> {
  // Assigning `__proto__` would change the object's prototype; only defining it makes a property.
  if (names.includes('__proto__')) {
    return (row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null]));
  }
  // A copy has all its properties from the start: filling it costs half of what adding them one by one does.
  const empty: Record<string, Value | null> = Object.fromEntries(names.map((name) => [name, null]));
  return (row) => {
    const object = { ...empty };
    for (let i = 0; i < names.length; i += 1) object[names[i] ?? ''] = row[i] ?? null;
    return object;
  };
}
