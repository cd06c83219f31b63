/** A part of a form that holds others: a group, and a list whose items can be added, moved and removed. */

/** @import { DrawList, Group, ListButtons } from "./form-types.js" */

import { button, focusIn, notes } from "./form-parts.js";
import { h } from "./render.js";
import { itemOf, newItem } from "./schema.js";
import { say } from "./text.js";

/** @type {Group} */
export const group = (legend, { field, path, label }, error, ...children) =>
  h(
    "fieldset.stack::group",
    { key: path, id: path },
    h("legend", null, legend),
    notes({ id: path, label, error, help: field.description }),
    children,
  );

/** @type {DrawList} */
export function list(place, error, draw, changed) {
  const { field, path, box, key, label } = place;
  /** @type {import("./form-types.js").Item[]} */
  const items = box[key];
  const item = itemOf(field);
  const add = (/** @type {any} */ { currentTarget }) => {
    items.push(newItem(field));
    changed();
    focusIn(currentTarget.previousSibling.lastChild);
  };
  const rows = items.map((entry, index) => {
    const name = `${label} ${index + 1}`;
    const inner = { field: item, path: `${path}.${index}`, box: entry, key: "value", label: name, moved: false };
    return h("li", { key: entry.id }, draw(inner), buttons(items, index, name, changed));
  });
  return group(
    label,
    place,
    error,
    h("ol.stack", null, rows),
    button(say("Add"), add, { disabled: items.length >= (field.maxItems ?? Infinity) }),
  );
}

/** @type {ListButtons} */
function buttons(items, index, label, changed) {
  const act = (/** @type {string} */ sign, /** @type {string} */ words, to = 0) => {
    const move = (/** @type {any} */ { currentTarget }) => {
      const next = to ? currentTarget : currentTarget.closest("ol").nextSibling;
      const [entry] = items.splice(index, 1);
      if (to) items.splice(Math.max(0, index + to), 0, entry);
      changed();
      next.focus();
    };
    return button(sign, move, { "aria-label": say(words, { label }) });
  };
  return h(
    "div.buttons",
    null,
    act("↑", "Move {label} up", -1),
    act("↓", "Move {label} down", 1),
    act("✕", "Remove {label}"),
  );
}
