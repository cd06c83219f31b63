/** The words of the elements: English, until the page gives others. */

/** @type {Map<string, string>} */
const catalogue = new Map();

/**
 * Say something in the words that the page has for it, with `{places}` filled in.
 * @param {string} words
 * @param {Record<string, string | number>} [values]
 */
export const say = (words, values = {}) =>
  (catalogue.get(words) ?? words).replace(/\{(\w+)\}/g, (place, key) => String(values[key] ?? place));

/**
 * Say texts in other words or another language: `{"Retry": "Erneut versuchen"}`.
 * @param {Record<string, string>} translations
 */
export function translate(translations) {
  for (const [words, others] of Object.entries(translations)) catalogue.set(words, others);
}
