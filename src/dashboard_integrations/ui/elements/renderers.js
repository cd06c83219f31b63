/** Which element draws which view. */

const renderers = new Map(
  ["stat-card", "gauge", "list", "progress", "alert-banner", "chart"].map((kind) => [kind, `integration-${kind}`]),
);

/**
 * Draw a kind of view with an element of the page's own: in place of ours, or for a view that has none. The element
 * gets the view as its property `payload`.
 * @param {string} kind
 * @param {string} tag
 */
export function registerRenderer(kind, tag) {
  renderers.set(kind, tag);
}

/**
 * Return the element's name; `undefined` when nothing draws this kind.
 * @param {string} kind
 */
export function rendererFor(kind) {
  return renderers.get(kind);
}
