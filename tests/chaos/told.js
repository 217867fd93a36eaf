// Run in the judge's page: what a second page of this phone would read in its store, and say.
async ({contest, judge, whole}) => {
  const {parts} = await import(document.querySelector("script[src$='main.js']").src);
  const module = (name) => parts[`js/judge/${name}.js`];
  const [{Store}, {Outbox}, {Desk}, {Photos}, {tally}, {sha256}] = ["store", "outbox", "desk", "photos", "states", "ids"].map(module);
  const store = new Store(`fieldmark/${contest}/${judge}`);
  const pack = await store.get("package");
  if (!pack) return null;
  const means = {uuid: () => "never used", now: () => Date.now()};
  const desk = new Desk(store, new Outbox(store, means), pack, means);
  if (!whole) {
    const held = await desk.outbox.all();
    store.forget();
    return JSON.stringify({held});
  }
  await desk.load();
  const held = await desk.outbox.all();
  const states = Object.fromEntries(desk.entries().map((entry) => [entry.id, {...desk.state(entry), ticks: desk.sheet(entry).ticks}]));
  const photos = await Promise.all((await new Photos(store, means).all()).map(async ({sha256: name, bytes, done}) => ({sha256: name, done, whole: (await sha256(bytes)) === name})));
  const highest = (await desk.outbox.batch(1)).highest_seq;
  store.forget();
  const line = document.querySelector(".stateline, .sum");
  const off = /停用了这部手机|手机已停用/.test((line && line.textContent) || "");
  return JSON.stringify({photos, off, held, made: [], states, tally: tally(desk), highest, lost: false});
}
