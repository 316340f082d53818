/** The ways in which a driver says no. Anything else that it throws counts as Refused. */

/** Not now: the same call may work later. Tried again with growing pauses until the step's deadline. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}
/** Not here: only the program on that host can. A saga goes on there; whoever else asks hears that it is Unavailable. */
export class Elsewhere extends Unavailable {
  readonly host: string;
  constructor(host: string) {
    super(`Only the program on host ${host} can do that.`);
    this.host = host;
  }
}
/** Not like this: the same call will never work. The saga is undone; the message is for the user. */
export class Refused extends Error {
  override readonly name = "Refused";
}
/** What was asked about does not exist (any more). */
export class Gone extends Error {
  override readonly name = "Gone";
}
