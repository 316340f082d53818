export interface Verb<State extends string> {
  readonly from: readonly State[];
  /** The busy word: what the resource is doing meanwhile (OpenStack's task state or transitional status). */
  readonly busy: string;
  readonly to: State;
}

/** The legal verbs of a resource: what may be asked when, what it does meanwhile, where it leads. */
export function life<State extends string, V extends string>(verbs: Record<V, Verb<State>>) {
  return {
    verbs,
    end(verb: V): { state: State; task: null } {
      return { state: verbs[verb].to, task: null };
    },
  };
}
export type Life = { readonly verbs: Record<string, Verb<string>> };
