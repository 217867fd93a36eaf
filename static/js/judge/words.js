// The phone's sentences in both languages: the page carries them, so that the language can be changed without network.
// The English sentence in the source is the key, as in the server's catalogues.


/** @type {{[language: string]: {[sentence: string]: string}}} */
let phrases = {};
let language = "zh";

/** @param {{[language: string]: {[sentence: string]: string}}} told @param {string} chosen */
export function speak(told, chosen) {
  phrases = told;
  language = chosen;
}

/** @returns {string} */
export function spoken() {
  return language;
}

/** The sentence with its particulars. @param {string} sentence @param {{[name: string]: string | number}} [particulars] @returns {string} */
export function say(sentence, particulars = {}) {
  const words = (phrases[language] || {})[sentence] || sentence;
  return words.replace(/\{(\w+)\}/g, (hole, name) => (name in particulars ? String(particulars[name]) : hole));
}

/** One or many, as languages with plurals want it. @param {number} n @param {string} one @param {string} many */
export function count(n, one, many) {
  return say(n === 1 ? one : many, { n });
}

/** A name that comes in both languages. @param {Words | undefined} name @returns {string} */
export function named(name) {
  return name ? name[language] || name.zh : "";
}

/** Hour and minute of a moment on this phone's clock. @param {number} moment @returns {string} */
export function clock(moment) {
  const at = new Date(moment);
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}
