// @ts-check
// Asks the phone where it is, again and again, and keeps its screen on meanwhile where it can.

const PATIENCE_MS = 60_000;

let watching = null;
let lock = null;
let wanted = false;

/**
 * Begin to look; `fixed({lon, lat, accuracy_m, at})` is called for each fix, `failed(why)` with "denied", "unavailable" or "no_gps".
 * Does nothing where it looks already.
 */
export function look(fixed, failed) {
  if (watching !== null) return;
  if (!navigator.geolocation) return void failed("no_gps");
  watching = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => fixed({ lon: digits(coords.longitude), lat: digits(coords.latitude), accuracy_m: Math.round(coords.accuracy * 10) / 10, at: new Date(timestamp).toISOString() }),
    ({ code, PERMISSION_DENIED }) => {
      if (code === PERMISSION_DENIED) lookNoMore();
      failed(code === PERMISSION_DENIED ? "denied" : "unavailable");
    },
    { enableHighAccuracy: true, maximumAge: 0, timeout: PATIENCE_MS },
  );
}

export function lookNoMore() {
  if (watching !== null) navigator.geolocation.clearWatch(watching);
  watching = null;
}

// A hundred-thousandth of a degree is a metre; two more digits are enough.
function digits(degrees) {
  return Math.round(degrees * 1e7) / 1e7;
}

/** Keep the screen on from now on; true where the phone does. Browsers let go of it when the page is left, so it is asked for on coming back. */
export async function stayAwake() {
  wanted = true;
  try {
    const given = await navigator.wakeLock.request("screen");
    lock = given;
    if (!wanted) mayRest(); // it was let go of meanwhile
    return true;
  } catch {
    return false; // the phone has no such thing, or is too low on power
  }
}

export function mayRest() {
  wanted = false;
  lock?.release().catch(() => undefined);
  lock = null;
}

document.addEventListener("visibilitychange", () => wanted && document.visibilityState === "visible" && stayAwake());
