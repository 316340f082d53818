/** Where things of many shapes stand in one list: their shapes were checked where they were made. */
// biome-ignore lint/suspicious/noExplicitAny: the one place where the type system is told to look away
export type Loose = any;
