/** What a board has to do with the others: its place among them, and widgets that go to another one. */

import { misplaced, moved } from "./board-order.js";
import { askChoice } from "./dialogs.js";
import { call } from "./elements.js";
import { announce } from "./parts.js";

/**
 * @typedef {import("./board-model.js").BoardModel} BoardModel
 * @typedef {import("./board-model.js").Item} Item
 * @typedef {import("./board-order.js").Board} Board
 * @typedef {import("../../ui/elements/types.js").ErrorBody} ErrorBody
 */

/** How many boards the page links to. */
export function countBoards() {
  return links().length;
}

/**
 * Move a board among the others, here and for everybody; return why it cannot be.
 * @param {BoardModel} board
 * @param {number} by
 * @returns {Promise<ErrorBody | null>}
 */
export async function moveBoard(board, by) {
  const { data, error } = await call("/api/boards");
  if (error) return error;
  const boards = moved(data, board.id, by);
  for (const { id, position } of misplaced(boards)) {
    const changed = await call(pathOf(id), { method: "PATCH", body: { position } });
    if (changed.error) return changed.error;
  }
  arrangeLinks(boards);
  announce(`${board.name} is now board ${boards.findIndex(({ id }) => id === board.id) + 1} of ${boards.length}`);
  return null;
}

/**
 * Ask which board a widget is to stand on, and put it there.
 * @param {BoardModel} board
 * @param {Item} item
 * @param {string} name
 */
export async function sendAway(board, item, name) {
  const { data, error } = await call("/api/boards");
  if (error) {
    board.refuse(error);
    return;
  }
  const others = data.filter((/** @type {Board} */ other) => other.id !== board.id);
  const choices = others.map((/** @type {Board} */ other) => ({ value: other.id, label: other.name }));
  askChoice({ title: `Move ${name} to another board`, label: "Board", choices, action: "Move", act });
  /** @param {string} boardId */
  async function act(boardId) {
    const refused = await board.transfer(item, boardId);
    const target = choices.find((/** @type {{ value: string }} */ choice) => choice.value === boardId);
    if (!refused) announce(`${name} is now on ${target.label}`);
    return refused;
  }
}

function links() {
  return /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(".boards a")]);
}

/** @param {Board[]} boards */
function arrangeLinks(boards) {
  const items = new Map(links().map((link) => [link.pathname, link.parentElement]));
  for (const { id } of boards) {
    const item = items.get(`/boards/${encodeURIComponent(id)}`);
    item?.parentElement?.append(item);
  }
}

/** @param {string} id */
function pathOf(id) {
  return `/api/boards/${encodeURIComponent(id)}`;
}
