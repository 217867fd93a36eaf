// IndexedDB that comes back: opens again when the system has closed it, gives up waiting after a while, and answers
// "kept" only when the transaction is complete. Knows nothing of what is kept in it.


const VERSION = 1;
const TRIES = 3;

// iOS closes the connection behind a page's back and every later transaction fails on the dead handle (enketo#1576):
// only a new connection helps. These are the names it comes under.
const COMES_BACK = ["InvalidStateError", "UnknownError", "AbortError", "TimeoutError", "TransactionInactiveError"];

/** @param {IDBDatabase} database */
function laid(database) {
  database.createObjectStore("meta");
  const records = database.createObjectStore("records", { keyPath: "device_seq" });
  records.createIndex("revision_id", "revision_id", { unique: true });
  database.createObjectStore("sheets", { keyPath: "entry" });
  database.createObjectStore("findings", { keyPath: "finding_id" });
  database.createObjectStore("photos", { keyPath: "sha256" });
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {string} name @param {string} message */
function trouble(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

/** @param {IDBTransaction} transaction @returns {Tx} */
function within(transaction) {
  const of = (/** @type {string} */ store) => transaction.objectStore(store);
  return {
    get: (store, key) => answered(of(store).get(key)),
    all: (store) => answered(of(store).getAll()),
    find: (store, index, key) => answered(of(store).index(index).get(key)),
    put: (store, value, key) => answered(key === undefined ? of(store).put(value) : of(store).put(value, key)),
  };
}

export class Store {
  /** @param {string} name @param {{indexedDB?: IDBFactory, timeoutMs?: number}} [options] */
  constructor(name, { indexedDB = globalThis.indexedDB, timeoutMs = 8000 } = {}) {
    this.name = name;
    this.factory = indexedDB;
    this.timeoutMs = timeoutMs;
    /** @type {Promise<IDBDatabase> | null} */
    this.opened = null;
    /** The open connection, so that a key of the pad reaches the store in the same turn. @type {IDBDatabase | null} */
    this.connection = null;
    /** What the page still knows, should the system throw the store away under it. @type {() => Row[]} */
    this.remembers = () => [];
  }

  /** @returns {Promise<IDBDatabase>} */
  open() {
    if (!this.opened) {
      const opening = this.limited(this.opening());
      this.opened = opening;
      opening.then(
        (database) => this.opened === opening && (this.connection = database),
        () => this.opened === opening && (this.opened = null),
      );
    }
    return this.opened;
  }

  /** @returns {Promise<IDBDatabase>} */
  opening() {
    return new Promise((resolve, reject) => {
      const request = this.factory.open(this.name, VERSION);
      request.onupgradeneeded = () => {
        laid(request.result);
        // A living page whose store was thrown away writes it down again before anything else can be read or numbered.
        for (const row of this.remembers()) within(/** @type {IDBTransaction} */ (request.transaction)).put(...row).catch(() => undefined);
      };
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(trouble("TimeoutError", "another page holds the store"));
      request.onsuccess = () => {
        const database = request.result;
        database.onclose = database.onversionchange = () => this.gone();
        resolve(database);
      };
    });
  }

  /** The system took the connection, perhaps with all that was kept: what the page knows is written down at once. */
  gone() {
    this.forget();
    if (this.remembers().length) this.open().catch(() => undefined);
  }

  /** Let go of the connection; the next deed opens a new one. */
  forget() {
    const old = this.opened;
    this.opened = this.connection = null;
    if (old) old.then((database) => database.close()).catch(() => undefined);
  }

  /**
   * Some requests never answer at all (WebKit 14.1 at the first start, and any page that comes back from the cache).
   * @template T @param {Promise<T>} promise @param {() => void} [giveUp] @returns {Promise<T>}
   */
  limited(promise, giveUp) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(trouble("TimeoutError", "the store did not answer"));
        if (giveUp) giveUp();
      }, this.timeoutMs);
      promise.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  /**
   * One transaction. It may run again from the start on a new connection, so `work` must come to the same end twice.
   * "strict" waits for the disk, not only for the system's promise to write. "row" is one put and nothing after it: the
   * store need not ask back whether there is more.
   * @template T @param {Mode} mode @param {string[]} stores @param {(tx: Tx) => Promise<T>} work @returns {Promise<T>}
   */
  async run(mode, stores, work) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(mode, stores, work);
      } catch (error) {
        const name = error instanceof Error || error instanceof DOMException ? error.name : "";
        if (attempt === TRIES || !COMES_BACK.includes(name)) throw error;
        this.forget();
      }
    }
  }

  /** @template T @param {Mode} mode @param {string[]} stores @param {(tx: Tx) => Promise<T>} work @returns {Promise<T>} */
  async once(mode, stores, work) {
    const database = this.connection || (await this.open());
    /** @type {IDBTransactionOptions} */
    const durable = { durability: mode === "strict" ? "strict" : "default" };
    const transaction = database.transaction(stores, mode === "read" ? "readonly" : "readwrite", durable);
    const abort = () => {
      try {
        transaction.abort();
      } catch {
        // It has ended already, one way or the other.
      }
    };
    const complete = new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(undefined);
      transaction.onabort = () => reject(transaction.error || trouble("AbortError", "the store took it back"));
    });
    complete.catch(() => undefined);
    const asked = work(within(transaction));
    if (mode === "row" && transaction.commit) transaction.commit();
    const done = asked.then(
      async (result) => {
        await complete;
        return result;
      },
      (error) => {
        abort();
        throw error;
      },
    );
    return this.limited(done, abort);
  }

  /** Does what is written here come back? @param {string} token @returns {Promise<boolean>} */
  async holds(token) {
    await this.run("strict", ["meta"], (tx) => tx.put("meta", token, "test"));
    return (await this.run("read", ["meta"], (tx) => tx.get("meta", "test"))) === token;
  }

  /** @template T @param {string} key @returns {Promise<T | undefined>} */
  get(key) {
    return this.run("read", ["meta"], (tx) => tx.get("meta", key));
  }

  /** @param {string} key @param {unknown} value */
  async set(key, value) {
    await this.run("row", ["meta"], (tx) => tx.put("meta", value, key));
  }
}
