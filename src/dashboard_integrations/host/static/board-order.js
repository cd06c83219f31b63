/** The order of the boards. */

/** @typedef {{ id: string, name: string, position: number }} Board */

/**
 * Return the boards with one of them moved by so many places, as far as there are any.
 * @param {Board[]} boards in their order
 * @param {string} id
 * @param {number} by
 */
export function moved(boards, id, by) {
  const from = boards.findIndex((board) => board.id === id);
  const rest = boards.filter((_, index) => index !== from);
  const to = Math.min(Math.max(from + by, 0), rest.length);
  return from < 0 ? boards : [...rest.slice(0, to), /** @type {Board} */ (boards[from]), ...rest.slice(to)];
}

/**
 * Return what to change so that each board's position is its index: boards may share one, or leave gaps.
 * @param {Board[]} boards in the order they should have
 */
export function misplaced(boards) {
  return boards.flatMap(({ id, position }, index) => (position === index ? [] : [{ id, position: index }]));
}
