// The worker of the judge's page: keeps the page itself, so that it opens without network. Only GET of the files listed
// by the server and of the page; never POST (a worker that touches POST sends empty bodies on iOS, enketo#1584), never
// data. It takes nothing over: a new version waits until every page of the old one is closed.
// The server puts VERSION and SHELL in front of this file.

/* global VERSION, SHELL */
const CACHE = `fieldmark-${VERSION}`;
const PAGE = /^\/j\/[^/]+\/$/;

/** A portal answers everything with its own page: only what says it is ours is kept. */
async function keep(cache, address, isPage) {
  const answer = await fetch(address, { cache: "no-cache", redirect: "error", credentials: "same-origin" });
  const ours = isPage ? answer.headers.get("Fieldmark-Shell") === VERSION : !/html/.test(answer.headers.get("Content-Type") || "html");
  if (!answer.ok || !ours) throw new Error(`not ours: ${address}`);
  await cache.put(address, answer);
}

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      const open = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
      const pages = new Set(open.map((client) => new URL(client.url).pathname).filter((path) => PAGE.test(path)));
      await Promise.all([...SHELL.map((address) => keep(cache, address, false)), ...[...pages].map((path) => keep(cache, path, true))]);
    })(),
  );
});

self.addEventListener("activate", (event) => {
  const old = async () => (await caches.keys()).filter((name) => name.startsWith("fieldmark-") && name !== CACHE);
  event.waitUntil(old().then((names) => Promise.all(names.map((name) => caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const page = request.mode === "navigate" && PAGE.test(url.pathname);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (!page && !SHELL.includes(url.pathname + url.search)) return;
  event.respondWith(
    (async () => {
      const cache = await caches.open(CACHE);
      const kept = await cache.match(page ? url.pathname : request);
      if (kept) return kept;
      if (page) await keep(cache, url.pathname, true).catch(() => undefined);
      return (page && (await cache.match(url.pathname))) || fetch(request);
    })(),
  );
});
