// The package: all that the phone needs of its contest. Only with its marker is it one. This module comes by itself, before
// the others: on a phone that was never here it asks at once, while they are still on the road.

const TIMEOUT_MS = 45_000;

/** @typedef {(address: string, init: RequestInit) => Promise<Response>} Fetch */

/**
 * fetch that gives up. Redirects are refused: nobody but a portal or a login page sends this exchange elsewhere.
 * @param {Fetch} fetch @param {string} address @param {RequestInit} init @param {number} [timeoutMs] @returns {Promise<Response>}
 */
export async function asked(fetch, address, init, timeoutMs = TIMEOUT_MS) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  try {
    return await fetch(address, { cache: "no-store", redirect: "error", ...init, signal: stop.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} base @param {string} etag @returns {Promise<Response>} */
function answer(base, etag) {
  const headers = { Accept: "application/json", ...(etag && { "If-None-Match": etag }) };
  return asked((address, init) => fetch(address, init), `${base}package`, { headers });
}

/** What a page that no worker keeps has asked for already; for whoever fetches first. @type {Promise<Response> | null} */
let early = null;
if (globalThis.document && !(navigator.serviceWorker && navigator.serviceWorker.controller)) {
  early = answer(location.pathname.replace(/[^/]*$/, ""), "");
  early.catch(() => undefined); // told to who fetches
}

/** @typedef {{kind: "new", pack: Package, etag: string} | {kind: "same" | "badge" | "offline" | "odd"}} Fetched */

/** @param {string} base @param {string} etag of the package the phone has @returns {Promise<Fetched>} */
export async function fetched(base, etag) {
  let response;
  try {
    const first = early;
    early = null;
    response = await (first || answer(base, etag));
    if (etag && response.headers.get("ETag") === etag) return { kind: "same" };
    if (response.status === 304) return { kind: "same" };
    if (response.status === 401) return { kind: "badge" };
    if (response.status !== 200) return { kind: "odd" };
  } catch {
    return { kind: "offline" };
  }
  const pack = /** @type {Package | null} */ (await response.json().catch(() => null));
  if (!pack || pack.fieldmark !== "package/1" || !pack.judge || !Array.isArray(pack.entries)) return { kind: "odd" };
  return { kind: "new", pack, etag: response.headers.get("ETag") || "-" };
}
