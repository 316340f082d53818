/** MiB in use after a collection, where the process may ask for one. */
export function heap(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1024 / 1024);
}
