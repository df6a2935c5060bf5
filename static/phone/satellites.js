// @ts-check
// Watches the phone's position, and keeps its screen on meanwhile if possible.

const PATIENCE_MS = 60_000;

let watching = null;
let lock = null;
let wanted = false;

/**
 * Begin watching; `fixed({lon, lat, accuracy_m, at})` is called for each fix, `failed(why)` with "denied", "unavailable" or "no_gps".
 * Does nothing if it is watching already.
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

// 1e-5 degrees are about 1 m; round to 1e-7.
function digits(degrees) {
  return Math.round(degrees * 1e7) / 1e7;
}

/** Request a screen wake lock; resolves to whether it was granted. Browsers release it when the page is hidden, so it is requested again on return. */
export async function stayAwake() {
  wanted = true;
  try {
    const given = await navigator.wakeLock.request("screen");
    lock = given;
    if (!wanted) mayRest(); // it was released meanwhile
    return true;
  } catch {
    return false; // not supported, or the battery is too low
  }
}

export function mayRest() {
  wanted = false;
  lock?.release().catch(() => undefined);
  lock = null;
}

document.addEventListener("visibilitychange", () => wanted && document.visibilityState === "visible" && stayAwake());
