/** Moving with the pointer: a cell is dragged by its grip, and the others make room. */

const EDGE = 64;

/**
 * Follow the pointer from a grip until it is let go; `drop` is told the index, Escape puts everything back.
 * @param {PointerEvent} event
 * @param {(index: number) => void} drop
 */
export function drag(event, drop) {
  const cell = /** @type {HTMLElement} */ (event.target).closest("li");
  if (!cell?.parentElement || event.button !== 0) return;
  event.preventDefault();
  follow(cell, /** @type {HTMLElement[]} */ ([...cell.parentElement.children]), drop);
}

/**
 * @param {HTMLElement} cell
 * @param {HTMLElement[]} order
 * @param {(index: number) => void} drop
 */
function follow(cell, order, drop) {
  const start = order.indexOf(cell);
  const leaving = new AbortController();
  const { signal } = leaving;
  /** @type {HTMLElement | undefined} */
  let over;

  /** @param {PointerEvent} pointer */
  const move = (pointer) => {
    scroll(pointer.clientY);
    const target = order.find((other) => holds(other, pointer));
    // Cells move under the pointer: the one that has just made room is not asked again.
    if (target && target !== cell && target !== over) place(cell, order, order.indexOf(target));
    over = target;
  };

  /** @param {boolean} isDropped */
  const end = (isDropped) => {
    leaving.abort();
    cell.classList.remove("dragged");
    for (const other of order) other.style.removeProperty("order");
    const index = order.indexOf(cell);
    if (isDropped && index !== start) drop(index);
  };

  cell.classList.add("dragged");
  window.addEventListener("pointermove", move, { signal });
  window.addEventListener("pointerup", () => end(true), { signal });
  window.addEventListener("pointercancel", () => end(false), { signal });
  window.addEventListener("keydown", ({ key }) => key === "Escape" && end(false), { signal });
}

/**
 * @param {HTMLElement} cell
 * @param {HTMLElement[]} order
 * @param {number} index
 */
function place(cell, order, index) {
  order.splice(order.indexOf(cell), 1);
  order.splice(index, 0, cell);
  for (const [position, other] of order.entries()) other.style.setProperty("order", String(position));
}

/**
 * @param {HTMLElement} cell
 * @param {PointerEvent} pointer
 */
function holds(cell, { clientX, clientY }) {
  const { left, right, top, bottom } = cell.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}

/** @param {number} y */
function scroll(y) {
  if (y < EDGE) window.scrollBy(0, y - EDGE);
  else if (y > window.innerHeight - EDGE) window.scrollBy(0, y - window.innerHeight + EDGE);
}
