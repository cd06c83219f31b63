/** The library's elements and what they are made of, from the folder that the page names: it changes with their code. */

const folder = document.documentElement.dataset.elements;

const elements = /** @type {typeof import("../../ui/elements/elements.js")} */ (await import(`${folder}/elements.js`));

/** Bring the forms along: only some pages need them, and those not at once. */
export function loadForms() {
  return import(`${folder}/forms.js`);
}

export const { advice, call, forgetDescriptions, formatterOf, h, patch, sentence } = elements;
