// @ts-check
// Asks the phone's storage again where it failed: a browser that was just killed or is short of memory needs a moment.

const PAUSES_MS = [100, 400, 1500];
let lost = false; // it failed to the end: what is asked next does not wait as long again

/** What `read()` resolves to; where it keeps failing, its last fault. With `pauses` of its own it is not the storage that is asked. */
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
