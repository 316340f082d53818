/** How Node runs the program: a young generation of the usual size, however large the machine is. */
export const nodeOptions = ["--no-warnings", "--max-semi-space-size=16"];

/** So that what is large and short (a password's hash takes 19 MiB) goes back to the system when it is done. */
const allocator = { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "1048576", MALLOC_MMAP_THRESHOLD_: "4194304" };

/** The environment of the program; what the user says of the allocator goes before. */
export function nodeEnvironment(env) {
  return { ...allocator, ...env };
}
