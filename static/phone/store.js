// @ts-check
// Knows where a phone keeps its work: drafts, photos, the outbox, openings, the list of sites, and places begun with the fixes of their walk.
// Nothing is ever dropped here by itself: an upgrade only adds, and what is written is on the disk when the promise resolves.

const NAME = "rba-audit";

// One step per version; a step may add stores and indexes, and must never delete or rewrite one.
export const STEPS = [
  (database) => {
    database.createObjectStore("drafts", { keyPath: "id" });
    database.createObjectStore("photos", { keyPath: ["visit", "sha256"] });
    database.createObjectStore("outbox", { keyPath: "id" });
    database.createObjectStore("openings", { keyPath: ["site", "edition"] });
    database.createObjectStore("work");
  },
  (database) => {
    database.createObjectStore("places", { keyPath: "id" });
    database.createObjectStore("fixes", { keyPath: ["place", "number"] });
  },
  (database) => {
    database.createObjectStore("removed", { keyPath: "key" });
  },
];

/** @type {Promise<IDBDatabase> | null} */
let opened = null;
/** @type {(() => Promise<boolean>) | null} */
let free = null;
let freeing = false;

/** The open database, as a promise; opened anew after the browser closed it. */
export function open() {
  return (opened ??= connect(STEPS.length).catch((fault) => {
    opened = null;
    throw fault;
  }));
}

function connect(version) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, version);
    request.onupgradeneeded = ({ oldVersion }) => {
      for (const step of STEPS.slice(oldVersion)) step(request.result);
    };
    request.onerror = () => {
      // Newer scripts were here before: their stores include ours.
      if (request.error?.name === "VersionError" && version) connect().then(resolve, reject);
      else reject(request.error);
    };
    request.onsuccess = () => {
      const database = request.result;
      const forget = () => (opened = null);
      database.onclose = forget; // under memory pressure browsers close a database that is in use
      database.onversionchange = () => {
        forget();
        database.close();
      };
      resolve(database);
    };
  });
}

/** Let `makeRoom()` be asked once when the phone is full; it resolves to whether there is more room now. */
export function whenFull(makeRoom) {
  free = makeRoom;
}

async function hasRoomNow() {
  if (!free || freeing) return false;
  freeing = true;
  try {
    return await free();
  } catch {
    return false;
  } finally {
    freeing = false;
  }
}

/**
 * Do `work(transaction)` and wait until it is on the disk; the result of the request that it returns, if any.
 * `work` must not wait for anything but requests of this transaction. Once more where the database was closed meanwhile, or room was made.
 * @template Result
 * @param {StoreName | StoreName[]} stores
 * @param {IDBTransactionMode} mode
 * @param {(transaction: IDBTransaction) => IDBRequest<Result> | void} work
 * @returns {Promise<Result>}
 */
export async function within(stores, mode, work, again = true) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(stores, mode, { durability: "strict" });
      /** @type {IDBRequest<Result> | void} */
      let request;
      transaction.oncomplete = () => resolve(/** @type {Result} */ (request?.result));
      transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
      try {
        request = work(transaction);
      } catch (fault) {
        transaction.abort();
        reject(fault);
      }
    });
  } catch (fault) {
    if (again && fault.name === "QuotaExceededError" && (await hasRoomNow())) return within(stores, mode, work, false);
    if (!again || !["InvalidStateError", "AbortError"].includes(fault.name)) throw fault;
    if (opened && (await opened) === database) {
      opened = null;
      database.close();
    }
    return within(stores, mode, work, false);
  }
}

/**
 * Call `act(result)` when a request has its result, while its transaction is still open.
 * @param {IDBRequest} request
 * @param {(result: any) => void} act
 */
export function onResult(request, act) {
  request.onsuccess = () => act(request.result);
}

/**
 * One record, or undefined. Keys: id · [visit, sha256] · id · [site, edition] · "work" · id · [place, number].
 * @template {StoreName} Name
 * @param {Name} store
 * @param {IDBValidKey} key
 * @returns {Promise<Stores[Name] | undefined>}
 */
export function get(store, key) {
  return within(store, "readonly", (transaction) => transaction.objectStore(store).get(key));
}

/**
 * Every record of a store, or those whose array key begins with `first` (a visit's photos, a site's openings).
 * @template {StoreName} Name
 * @param {Name} store
 * @param {string} [first]
 * @returns {Promise<Stores[Name][]>}
 */
export function all(store, first) {
  const range = first === undefined ? undefined : IDBKeyRange.bound([first], [first, []]);
  return within(store, "readonly", (transaction) => transaction.objectStore(store).getAll(range));
}

/**
 * The keys of a store, without its records: texts, or lists of texts.
 * @param {StoreName} store
 * @returns {Promise<any[]>}
 */
export function keys(store) {
  return within(store, "readonly", (transaction) => transaction.objectStore(store).getAllKeys());
}

/**
 * Keep a record; only `work` takes its key apart: put("work", document, "work"). A draft without a site would be found by nobody.
 * @template {StoreName} Name
 * @param {Name} store
 * @param {Stores[Name]} record
 * @param {IDBValidKey} [key]
 */
export async function put(store, record, key) {
  if (store === "drafts" && !(/** @type {Draft} */ (record).site)) throw new TypeError("a draft without a site");
  await within(store, "readwrite", (transaction) => {
    transaction.objectStore(store).put(record, key);
  });
  tell(store);
}

/**
 * Take the record as it is now, keep what `alter(record)` returns; nothing where it is not there or nothing is returned.
 * @template {StoreName} Name
 * @param {Name} store
 * @param {IDBValidKey} key
 * @param {(record: Stores[Name]) => Stores[Name] | undefined} alter
 */
export async function change(store, key, alter) {
  await within(store, "readwrite", (transaction) => {
    const records = transaction.objectStore(store);
    onResult(records.get(key), (record) => {
      const altered = record && alter(record);
      if (altered) records.put(altered);
    });
  });
  tell(store);
}

export async function remove(store, key) {
  await within(store, "readwrite", (transaction) => {
    transaction.objectStore(store).delete(key);
  });
  tell(store);
}

/** Remove a draft and its photos. */
export async function discard(id) {
  await within(["drafts", "photos"], "readwrite", (transaction) => {
    transaction.objectStore("drafts").delete(id);
    transaction.objectStore("photos").delete(photosOf(id));
  });
  tell("drafts");
}

export function photosOf(id) {
  return IDBKeyRange.bound([id], [id, []]);
}

/**
 * Freeze a document into the outbox and take its draft away, in one transaction; returns the entry.
 * The bytes are fixed here: whatever is sent later is these. A document that is frozen already stays as it is.
 * `also(transaction)` is done in the same transaction, which covers `stores` as well.
 * @param {Visit | Place | Danger} document
 * @param {{ kind?: EntryKind, siteName?: string, draft?: string | null, stores?: StoreName[], also?: (transaction: IDBTransaction) => void }} [options]
 * @returns {Promise<Entry>}
 */
export async function freeze(document, { kind = "visit", siteName = "", draft = null, stores = [], also = () => {} } = {}) {
  const bytes = new TextEncoder().encode(JSON.stringify(document)).buffer;
  const pictures = "photos" in document ? document.photos : "photo" in document && document.photo ? [document.photo] : [];
  const person = (await get("work", "work"))?.person;
  /** @type {Entry} */
  const entry = {
    id: document.id,
    kind,
    site: document.site,
    siteName,
    author: document.author,
    authorName: person?.id === document.author ? person.name : "",
    bytes,
    sha256: await sha256(bytes),
    photos: pictures.map(({ sha256, question = "", item = "", bytes: size = 0 }) => ({ sha256, question, item, bytes: size, sent: false })),
    since: new Date().toISOString(),
    state: "waiting",
    told: "",
    receipt: null,
    tries: 0,
    last_try: null,
    ...(kind === "danger" && { told_sent: false }), // until somebody has read that it is out
  };
  let kept = entry;
  await within(["drafts", "outbox", ...stores], "readwrite", (transaction) => {
    const outbox = transaction.objectStore("outbox");
    onResult(outbox.get(entry.id), (frozen) => {
      if (frozen) kept = frozen;
      else outbox.put(entry);
    });
    if (draft !== null) transaction.objectStore("drafts").delete(draft);
    also(transaction);
  });
  for (const store of ["outbox", ...stores]) tell(store);
  return kept;
}

/** The SHA-256 of some bytes, in hexadecimal. */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* --- telling other tabs, and this one --- */

const channel = new BroadcastChannel(NAME);
const listeners = new Set();

function tell(store) {
  for (const listener of listeners) listener(store);
  channel.postMessage(store);
}

channel.onmessage = ({ data }) => {
  for (const listener of listeners) listener(data);
};

/** Call `listener(store)` whenever a store changed, here or in another tab. */
export function onChange(listener) {
  listeners.add(listener);
}
