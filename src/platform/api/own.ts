/** What a table has under a name that came from outside: nothing for "constructor", which every object knows. */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
