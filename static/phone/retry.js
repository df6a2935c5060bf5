// @ts-check
// Retries failed reads of the phone's storage: a browser that was just killed or is short of memory needs a moment.

const PAUSES_MS = [100, 400, 1500];
let lost = false; // all retries failed: later reads are not retried until one succeeds

/** Resolves to the result of `read()`, retrying failures; throws its last error. Reads of something other than the storage pass their own `pauses`. */
export async function steady(read, pauses) {
  for (const pause of pauses ?? (lost ? [] : PAUSES_MS)) {
    try {
      return await read();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  lost ||= !pauses;
  const found = await read();
  lost &&= Boolean(pauses);
  return found;
}
