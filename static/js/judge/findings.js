// Problems and highlights: begun, given a photo or words, recorded as soon as there is something to record.

import { holds } from "./states.js";

/** @param {Desk} desk @param {Finding} finding */
function keep(desk, finding) {
  finding.edited = true;
  const kept = desk.write(() => desk.store.run("row", ["findings"], (tx) => tx.put("findings", finding)));
  desk.changed();
  return kept;
}

/**
 * Begin one. It is stored, and the place with it, before any camera opens: WeChat may throw the page away under it
 * (vant#3732), and the judge must be back here.
 * @param {Desk} desk @param {Entry} entry @param {"problem" | "highlight"} state
 */
export async function begin(desk, entry, state) {
  /** @type {Finding} */
  const finding = { finding_id: desk.means.uuid(), entry: entry.id, state, text: "", files: [], edited: false, revision_id: "", made_at: new Date(desk.means.now()).toISOString() };
  desk.findings.set(finding.finding_id, finding);
  const written = desk.write(() => desk.store.run("strict", ["findings"], (tx) => tx.put("findings", finding)));
  await Promise.all([written, desk.go({ view: "finding", entry: entry.id, finding: finding.finding_id })]);
}

/** Its words, category or severity. @param {Desk} desk @param {Finding} finding @param {Partial<Finding>} said */
export function describe(desk, finding, said) {
  Object.assign(finding, said);
  keep(desk, finding).catch(() => undefined);
}

/**
 * A photo belongs to it now; recorded at once, so that two taps are enough.
 * @param {Desk} desk @param {Finding} finding @param {Photo} photo @param {string} [instead] the photo whose place it takes
 */
export async function attach(desk, finding, photo, instead) {
  /** @type {unknown} */
  let refused = null;
  await desk.write(async () => {
    try {
      await desk.store.run("strict", ["photos"], async (tx) => {
        if (!(await tx.get("photos", photo.sha256))) await tx.put("photos", photo);
      });
      desk.photos = [...desk.photos.filter((one) => one.sha256 !== photo.sha256), photo];
    } catch (error) {
      refused = error; // a full phone has no room for a photo: what stood before stands, and nothing of it is lost
    }
  });
  if (refused) throw refused;
  finding.files = [...finding.files.filter((file) => file !== instead && file !== photo.sha256), photo.sha256];
  await keep(desk, finding);
  await record(desk, finding);
}

/** A photo the server would not take is left out; it stays on the phone. @param {Desk} desk @param {Finding} finding @param {string} file */
export async function leaveOut(desk, finding, file) {
  finding.files = finding.files.filter((one) => one !== file);
  await keep(desk, finding);
  await record(desk, finding);
}

/** What a record says of it. @param {Finding} finding */
function content(finding) {
  const { category = "", severity = "" } = finding;
  return { text: finding.text.trim(), category, severity, files: finding.files.slice() };
}

/** What is new about it goes into the queue, if there is anything. @param {Desk} desk @param {Finding} finding */
export async function record(desk, finding) {
  const empty = !holds(finding);
  if (!finding.edited || (empty && !finding.revision_id)) return;
  const said = JSON.stringify(content(finding));
  /** @type {FindingContent} */
  const made = {
    kind: "finding",
    ...desk.stamp(),
    finding_id: finding.finding_id,
    entry_id: finding.entry,
    state: empty ? "withdrawn" : finding.state,
    ...content(finding),
  };
  await desk.write(async () => {
    const after = { ...finding, edited: false, revision_id: made.revision_id };
    const held = await desk.outbox.append(made, (tx) => tx.put("findings", after));
    Object.assign(finding, { revision_id: made.revision_id, edited: JSON.stringify(content(finding)) !== said });
    desk.held = [...desk.held, held];
  });
  desk.send();
}

/** Take it back: the record stays, and says so. @param {Desk} desk @param {Finding} finding */
export async function withdraw(desk, finding) {
  const recorded = !!finding.revision_id;
  Object.assign(finding, { state: "withdrawn", edited: true });
  await keep(desk, finding);
  if (recorded) await record(desk, finding);
  desk.changed();
}

/** Those of an entry that stand and hold something. @param {Desk} desk @param {string} entry @returns {Finding[]} */
export function standing(desk, entry) {
  return [...desk.findings.values()]
    .filter((one) => one.entry === entry && one.state !== "withdrawn" && holds(one))
    .sort((a, b) => (a.made_at < b.made_at ? -1 : 1));
}
