// A screen that nobody touches for a while must not go dark in the middle of a performance: it stays on while this page is
// looked at. Whoever imports this wants it so; the browser lets go whenever the page is not looked at.

function ask() {
  // Not over plain HTTP and not before iOS 16.4: there the screen is set by hand. A low battery may refuse.
  if (navigator.wakeLock && !document.hidden) void navigator.wakeLock.request("screen").catch(() => undefined);
}

document.addEventListener("visibilitychange", ask);
ask();
