/** Which rows of ours a list may show: those that the directories have just named, and none of these domains' own. */
export interface Seen {
  readonly ids: readonly string[];
  readonly hidden: readonly string[];
}
