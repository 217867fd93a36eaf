// Fetching the package: projects, forms and the server's sheets of this judge. Only with its marker is it one.

/** @typedef {import("./types.js").Package} Package */
import { asked } from "./exchange.js";

/** @typedef {{kind: "new", pack: Package, etag: string} | {kind: "same" | "badge" | "offline" | "odd"}} Fetched */

/** @param {string} base @param {string} etag of the package the phone has @returns {Promise<Fetched>} */
export async function fetched(base, etag) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (etag) headers["If-None-Match"] = etag;
  let response;
  try {
    response = await asked((address, init) => fetch(address, init), `${base}package`, { headers });
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
