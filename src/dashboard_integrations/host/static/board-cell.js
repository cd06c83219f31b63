/** One place on the board: a widget, the tools to change it, or the way back to one that was removed. */

import { drag } from "./board-drag.js";
import { MOST } from "./board-model.js";
import { countBoards, sendAway } from "./boards.js";
import { h } from "./elements.js";
import { announce, icon, webAddress } from "./parts.js";

/**
 * @typedef {import("./board-model.js").BoardModel} BoardModel
 * @typedef {import("./board-model.js").Item} Item
 */

/**
 * @param {BoardModel} board
 * @param {Item} item
 * @param {{ isEditing: boolean, edit: (item: Item) => void }} mode
 */
export function cell(board, item, { isEditing, edit }) {
  const { width, height } = item.widget;
  return h(
    "li",
    { key: item.key, class: "cell", "data-key": item.key, "data-width": width, "data-height": height },
    item.removed ? ghost(board, item) : [widget(board, item, isEditing), isEditing && tools(board, item, edit)],
  );
}

/** @param {Item} item */
export function nameOf({ widget: { title, config } }) {
  return title || config.endpointId;
}

/**
 * @param {BoardModel} board
 * @param {Item} item
 * @param {boolean} isEditing
 */
function widget(board, item, isEditing) {
  const { title, config } = item.widget;
  return h("integration-widget", {
    app: config.appId,
    endpoint: config.endpointId,
    heading: title || null,
    href: webAddress(board.apps.get(config.appId)?.config.url),
    "refresh-interval": config.refreshInterval,
    inert: isEditing,
  });
}

/**
 * @param {BoardModel} board
 * @param {Item} item
 */
function ghost(board, item) {
  const name = nameOf(item);
  const undo = () => {
    announce(`${name} is back`);
    board.restore(item);
    focusTool(item, "edit");
  };
  return h(
    "div",
    { class: "ghost" },
    h("p", null, h("bdi", null, name), " removed"),
    h(
      "button",
      { type: "button", "data-tool": "undo", onclick: undo },
      "Undo",
      h("span", { class: "hidden-text" }, ` removing ${name}`),
    ),
  );
}

/**
 * @param {BoardModel} board
 * @param {Item} item
 * @param {(item: Item) => void} edit
 */
function tools(board, item, edit) {
  const name = nameOf(item);
  const { width, height } = item.widget;
  const index = board.items.indexOf(item);
  const move = (/** @type {number} */ place) => shift(board, item, place);
  const fit = (/** @type {{ width?: number, height?: number }} */ size) => resize(board, item, size);
  const grip = {
    class: "grip",
    title: "Drag to move",
    onpointerdown: (/** @type {PointerEvent} */ event) => drag(event, move),
  };
  return h(
    "div",
    { class: "tools", role: "group", "aria-label": name },
    h("p", grip, icon("grip"), h("bdi", null, name)),
    h(
      "div",
      { class: "row" },
      tool("earlier", `Move ${name} earlier`, index > 0 && (() => move(index - 1))),
      tool("later", `Move ${name} later`, index < board.items.length - 1 && (() => move(index + 1))),
      tool("narrower", `Make ${name} narrower`, width > 1 && (() => fit({ width: width - 1 }))),
      tool("wider", `Make ${name} wider`, width < MOST && (() => fit({ width: width + 1 }))),
      tool("shorter", `Make ${name} shorter`, height > 1 && (() => fit({ height: height - 1 }))),
      tool("taller", `Make ${name} taller`, height < MOST && (() => fit({ height: height + 1 }))),
      countBoards() > 1 && tool("board", `Move ${name} to another board`, () => sendAway(board, item, name)),
      tool("edit", `Edit ${name}`, () => edit(item)),
      tool("remove", `Remove ${name}`, () => remove(board, item)),
    ),
  );
}

/**
 * @param {BoardModel} board
 * @param {Item} item
 * @param {number} place
 */
function shift(board, item, place) {
  board.move(item, place);
  announce(`${nameOf(item)} is now ${place + 1} of ${board.items.length}`);
}

/**
 * @param {BoardModel} board
 * @param {Item} item
 * @param {{ width?: number, height?: number }} size
 */
function resize(board, item, size) {
  board.resize(item, size);
  const { width, height } = item.widget;
  announce(`${nameOf(item)} is now ${counted(width, "column")} wide and ${counted(height, "row")} high`);
}

/**
 * @param {BoardModel} board
 * @param {Item} item
 */
function remove(board, item) {
  announce(`${nameOf(item)} removed`);
  board.remove(item);
  focusTool(item, "undo");
}

/**
 * A button that stays in the order of the focus when it can do nothing.
 * @param {Parameters<typeof icon>[0]} name
 * @param {string} label
 * @param {false | (() => void)} act
 */
function tool(name, label, act) {
  return h(
    "button",
    {
      type: "button",
      class: "icon",
      "data-tool": name,
      "aria-label": label,
      title: label,
      "aria-disabled": !act && "true",
      onclick: act || null,
    },
    icon(name),
  );
}

/**
 * @param {Item} item
 * @param {string} name
 */
function focusTool(item, name) {
  const found = document.querySelector(`[data-key="${CSS.escape(item.key)}"] [data-tool=${name}]`);
  /** @type {HTMLElement | null} */ (found)?.focus();
}

/**
 * @param {number} count
 * @param {string} noun
 */
function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
