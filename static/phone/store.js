// @ts-check
// IndexedDB storage of the phone: drafts, photos, outbox, openings, work list, and unfinished places with the fixes of their walks.
// Nothing is deleted automatically: an upgrade only adds, and a write is on disk when its promise resolves.

const NAME = "rba-audit";

// Migrations, one per version: a migration may add stores and indexes, and must never delete or rewrite one.
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

/** Resolves to the open database; it is opened again after the browser closed it. */
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
      // The database is from a newer version of the scripts: its stores include ours.
      if (request.error?.name === "VersionError" && version) connect().then(resolve, reject);
      else reject(request.error);
    };
    request.onsuccess = () => {
      const database = request.result;
      const forget = () => (opened = null);
      database.onclose = forget; // browsers under memory pressure may close a database in use
      database.onversionchange = () => {
        forget();
        database.close();
      };
      resolve(database);
    };
  });
}

/** Set the function that is called once when the phone is full; it resolves to whether it has freed storage. */
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
 * Run `work(transaction)` and wait until it is on disk; resolves to the result of the request that it returns, if any.
 * `work` may only wait for requests of this transaction. It is retried if the database was closed meanwhile, or storage was freed.
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
 * Call `act(result)` when a request succeeds, while its transaction is still open.
 * @param {IDBRequest} request
 * @param {(result: any) => void} act
 */
export function onResult(request, act) {
  request.onsuccess = () => act(request.result);
}

/**
 * Return one record, or undefined. Keys: id · [visit, sha256] · id · [site, edition] · "work" · id · [place, number].
 * @template {StoreName} Name
 * @param {Name} store
 * @param {IDBValidKey} key
 * @returns {Promise<Stores[Name] | undefined>}
 */
export function get(store, key) {
  return within(store, "readonly", (transaction) => transaction.objectStore(store).get(key));
}

/**
 * Return all records of a store, or those whose array key begins with `first` (a visit's photos, a site's openings).
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
 * Return the keys of a store, without its records: strings, or arrays of strings.
 * @param {StoreName} store
 * @returns {Promise<any[]>}
 */
export function keys(store) {
  return within(store, "readonly", (transaction) => transaction.objectStore(store).getAllKeys());
}

/**
 * Store a record. Only `work` needs a separate key: put("work", document, "work"). A draft must have a site, since it could not be found without.
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
 * Replace a record by `alter(record)`, in one transaction; nothing happens if it does not exist or `alter` returns nothing.
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
 * Freeze a document into the outbox and delete its draft, in one transaction; resolves to the entry.
 * The bytes are fixed here and sent unchanged later. A document that is frozen already stays as it is.
 * `also(transaction)` runs in the same transaction, which also covers `stores`.
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
    ...(kind === "danger" && { told_sent: false }), // until the user has acknowledged that it was sent
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

/** Resolves to the SHA-256 of bytes, in hexadecimal. */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* --- notifying other tabs, and this one --- */

const channel = new BroadcastChannel(NAME);
const listeners = new Set();

function tell(store) {
  for (const listener of listeners) listener(store);
  channel.postMessage(store);
}

channel.onmessage = ({ data }) => {
  for (const listener of listeners) listener(data);
};

/** Call `listener(store)` after every change of a store, in this or another tab. */
export function onChange(listener) {
  listeners.add(listener);
}
