/** What the end of a failed stage's log looks like, and what whoever reads it can do. */
const advices: readonly (readonly [RegExp, (found: RegExpMatchArray) => string])[] = [
  [/size: (\d+M) is too small.*at least (\d+M)/, ([, , least]) => `write size: ${least} (or more) into the recipe`],
  [
    /Unable to locate package (\S+)|Package '?([^\s']+)'? has no installation candidate/,
    ([, one, other]) =>
      `packages: this release has no ${one ?? other}; correct its name (packages.debian.org knows them all)`,
  ],
  [
    /Could not allocate block in ext2|__populate_fs: .*No space|Could not write .*File system full/i,
    () => "the image's disk is too small for its files: make them fewer, or (base: debian) size larger",
  ],
  [
    /No space left on device|Disk quota exceeded|You don't have enough free space/,
    () => "the disk of the folder of builds is full: make room there, or build with another --state",
  ],
  [
    /Release signed by unknown key|Invalid Release signature|Keyring file not available/,
    () => "the mirror's signature is not known here: apt-get install debian-archive-keyring, or correct mirror",
  ],
  [
    /No such script: |Unknown (?:suite|distribution)/,
    () => "debootstrap does not know this release: correct release, or install a newer debootstrap",
  ],
  [
    /Failed getting release file|Couldn't download|Temporary failure resolving|Could not connect|Failed to fetch|Unable to fetch|Could not resolve/,
    () =>
      "a mirror did not answer: see that this host reaches the recipe's mirror, and that release and mirror are right",
  ],
  [/is not known here: run apt-get update/, () => "run apt-get update on this host"],
  [/it was stopped|it was killed/, () => "nothing is wrong with the recipe"],
];

/** A sentence on what to do about a stage that failed. */
export function advice(stage: string, said: string): string {
  for (const [pattern, tell] of advices) {
    const found = said.match(pattern);
    if (found) return tell(found);
  }
  if (stage === "files and commands") return "the command that failed is the last one that the log shows: correct run";
  return "the reason stands at the log's end";
}
