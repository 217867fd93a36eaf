// What the app round the page does to its screen behind its back: WeChat and Android enlarge type, an iPhone's keyboard
// leaves the page pushed up, and an iPhone shows no pressed key unless somebody listens for touches.

const ASKED = 160; // ten full-width characters of 16 px

/** By how much type is larger than asked for: neither rem nor vw know. What must not grow off the screen reads --grown. */
function watchType() {
  const probe = document.createElement("span");
  probe.className = "probe";
  probe.setAttribute("aria-hidden", "true");
  probe.textContent = "\u4e00".repeat(10);
  document.body.append(probe);
  const measure = () => document.documentElement.style.setProperty("--grown", String(Math.max(1, probe.offsetWidth / ASKED)));
  measure();
  // WeChat sets its size after the page has come, and again when its owner changes it.
  if (typeof ResizeObserver === "function") new ResizeObserver(measure).observe(probe);
}

/** The frame is fixed: nothing but a keyboard that has gone can have moved it. */
function comeDown() {
  const field = document.activeElement;
  if (!field || !/^(INPUT|TEXTAREA|SELECT)$/.test(field.tagName)) window.scrollTo(0, 0);
}

/** A tablet beside a stage is not touched for minutes: it stays lit while its page is looked at. */
export function stayLit() {
  const ask = () => {
    if (navigator.wakeLock && !document.hidden) void navigator.wakeLock.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

export function watchScreen() {
  watchType();
  document.addEventListener("focusout", () => setTimeout(comeDown, 100));
  document.addEventListener("touchstart", () => undefined, { passive: true });
}
