// Marks as whole ticks of an item's step, and as people write them. All arithmetic on integers; knows no page.


/** How many decimals the step has: 0.5 has one. @param {string} step @returns {number} */
export function decimals(step) {
  const point = step.indexOf(".");
  return point < 0 ? 0 : step.length - point - 1;
}

/** A number with its point put back: 265 with one decimal is 26.5. @param {number} whole @param {number} places @returns {string} */
function pointed(whole, places) {
  const sign = whole < 0 ? "-" : "";
  const digits = String(Math.abs(whole)).padStart(places + 1, "0");
  return sign + (places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits);
}

/** The step in units of its last decimal: 0.5 is 5. @param {string} step @returns {number} */
function unit(step) {
  return Number(step.replace(".", ""));
}

/** Ticks as a mark: 53 ticks of 0.5 are 26.5. @param {number} ticks @param {Item} item @returns {string} */
export function shown(ticks, item) {
  return pointed(ticks * unit(item.step), decimals(item.step));
}

/** Without decimals that say nothing: 30.0 is 30. @param {number} ticks @param {Item} item @returns {string} */
export function plain(ticks, item) {
  const text = shown(ticks, item);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/**
 * What a typed text means.
 * @param {string} typed @param {Item} item
 * @returns {{ticks: number} | {why: "none" | "above" | "below"} | {why: "grid", near: [string, string]}}
 */
export function read(typed, item) {
  if (!/\d/.test(typed)) return { why: "none" };
  const places = Math.max(decimals(item.step), decimals(typed));
  const scaled = (/** @type {string} */ text) => Number(text.replace(".", "")) * 10 ** (places - decimals(text));
  const ticks = scaled(typed) / scaled(item.step);
  if (ticks > item.full) return { why: "above" };
  if (ticks < item.floor) return { why: "below" };
  if (Number.isInteger(ticks)) return { ticks };
  const low = Math.floor(ticks);
  return { why: "grid", near: [plain(low, item), plain(Math.min(low + 1, item.full), item)] };
}

/**
 * One key of the pad after what is typed. A digit that could never become a mark is refused at once.
 * @param {string} typed @param {string} key a digit, ".", "sign" or "back" @param {Item} item
 * @returns {{typed: string} | {why: "above" | "below" | "grid"}}
 */
export function pressed(typed, key, item) {
  if (key === "back") return { typed: typed.slice(0, -1) };
  if (key === "sign") return { typed: typed.startsWith("-") ? typed.slice(1) : `-${typed}` };
  const places = decimals(item.step);
  if (key === ".") {
    if (!places) return { why: "grid" };
    return { typed: typed.includes(".") ? typed : `${/\d/.test(typed) ? typed : `${typed}0`}.` };
  }
  const next = added(typed, key);
  if (decimals(next) > places) return { why: "grid" };
  const meant = read(next, item);
  // More digits lead farther from nought: above full marks, or below the lowest mark behind a minus.
  const beyond = next.startsWith("-") ? "below" : "above";
  return "why" in meant && meant.why === beyond ? { why: beyond } : { typed: next };
}

/** What is typed, and a digit behind it: a nought in front gives way. @param {string} typed @param {string} digit @returns {string} */
export function added(typed, digit) {
  return typed === "0" || typed === "-0" ? typed.slice(0, -1) + digit : typed + digit;
}

/** Whether marks go below nought, so that a minus can be typed. @param {Item} item @returns {boolean} */
export function signed(item) {
  return item.floor < 0;
}

/**
 * One step up or down; an empty box starts at the near end, or at nought where marks go below it.
 * @param {number | null} ticks @param {1 | -1} way @param {Item} item @returns {number}
 */
export function stepped(ticks, way, item) {
  if (ticks === null && signed(item)) return Math.min(item.full, 0);
  if (ticks === null) return way > 0 ? item.floor : item.full;
  return Math.min(item.full, Math.max(item.floor, ticks + way));
}

/** Is a mark outside what is usual, so that a reason is asked for? @param {number | null | undefined} ticks @param {Item} item */
export function unusual(ticks, item) {
  return ticks !== null && ticks !== undefined && !!item.usual && (ticks < item.usual[0] || ticks > item.usual[1]);
}

/** The sum of what is marked; deductions are taken off. @param {Ticks} ticks @param {Item[]} items @returns {string} */
export function subtotal(ticks, items) {
  const places = Math.max(0, ...items.map((item) => decimals(item.step)));
  const sum = items.reduce((total, item, i) => {
    const worth = (ticks[i] || 0) * unit(item.step) * 10 ** (places - decimals(item.step));
    return item.role === "deduct" ? total - worth : total + worth;
  }, 0);
  return pointed(sum, places);
}

/** Full marks of the whole sheet, without bonuses. @param {Item[]} items @returns {string} */
export function fullMarks(items) {
  const full = subtotal(items.map((item) => (item.role === "score" ? item.full : 0)), items);
  return full.includes(".") ? full.replace(/\.?0+$/, "") : full;
}

/** How many items are not marked. @param {Ticks} ticks @returns {number} */
export function unmarked(ticks) {
  return ticks.filter((mark) => mark === null).length;
}
