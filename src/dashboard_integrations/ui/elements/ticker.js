/** A timer that rests while nobody looks at the page. */

/** @typedef {{ at(time: number): void, stop(): void }} Timer */

/** Calls `run` once, at the time that was set last (of `performance.now()`) or as soon as the page is seen again. */
export class Ticker {
  #run;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #due = Infinity;

  /** @param {() => void} run */
  constructor(run) {
    this.#run = run;
  }

  /** @param {number} time */
  at(time) {
    if (this.#due === Infinity) document.addEventListener("visibilitychange", this);
    this.#due = time;
    this.handleEvent();
  }

  stop() {
    this.#due = Infinity;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this);
  }

  handleEvent() {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    this.#timer = setTimeout(() => {
      this.stop();
      this.#run();
    }, this.#due - performance.now());
  }
}

/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {Ticker | undefined} */
let second;

function tick() {
  second?.at(performance.now() + 1000);
  for (const tell of listeners) tell();
}

/**
 * Call `listener` every second that the page is seen, all listeners by one timer.
 * @param {() => void} listener
 * @returns {() => void} stop
 */
export function everySecond(listener) {
  second ??= new Ticker(tick); // a closure made here would keep the first listener for ever
  if (!listeners.size) second.at(performance.now() + 1000);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (!listeners.size) second?.stop();
  };
}
