// The test of the phone at the first opening: does it keep what is written, and will the page open without network?

/** @typedef {import("./types.js").PhoneCheck} PhoneCheck @typedef {import("./store.js").Store} Store */

/** @param {Store} store @param {string} token @returns {Promise<PhoneCheck>} */
export async function checked(store, token) {
  const keeps = await store.holds(token).catch(() => false);
  return { keeps, worker: globalThis.isSecureContext === false ? "insecure" : "serviceWorker" in navigator ? "yes" : "no", persisted: null };
}

/**
 * Ask the system not to clear our store. Never awaited: Firefox asks the reader first, and elsewhere it may not answer.
 * @param {(persisted: boolean) => void} told
 */
export function askToPersist(told) {
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().then(told, () => undefined);
}

/** The worker that keeps the page itself. @param {string} address @returns {Promise<boolean>} */
export async function worker(address) {
  if (!("serviceWorker" in navigator)) return false;
  try {
    await navigator.serviceWorker.register(address);
    return true;
  } catch {
    return false; // WebViews name it and refuse it
  }
}
