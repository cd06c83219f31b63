/** When the widgets of a page ask for data: together, not more often than needed, and not while nobody looks. */

/**
 * @typedef {import("./types.js").DataRequest} DataRequest
 * @typedef {import("./types.js").Envelope<any>} Envelope
 * @typedef {{ interval: number | null, deliver: (envelope: Envelope, arrived: number) => void }} Watcher
 *   `arrived` is the time of `now` at which the envelope came
 * @typedef {{ request: DataRequest, watchers: Set<Watcher>, due: number, flight?: Flight | null, isAsked?: boolean,
 *   envelope?: Envelope, arrived: number }} Entry
 * @typedef {{ entries: Entry[], controller: AbortController }} Flight
 * @typedef {object} Seams
 * @property {(requests: DataRequest[], signal: AbortSignal) => Promise<Envelope>} send
 * @property {(run: () => void) => import("./ticker.js").Timer} timer
 * @property {() => number} [now] milliseconds
 * @property {() => number} [random]
 */

const TOGETHER = 250;
const MOST = 50;
const SOON = 1;
const AFTER_ERROR = 30;
const IDLE = 60;

/**
 * Return after how many seconds to ask again. Only differences of the server's times count: clocks differ.
 * @param {Envelope} envelope
 * @param {number | null} interval what the widget wants, in seconds
 */
export function secondsUntilNext({ success, error, meta }, interval) {
  const problem = error ?? meta.refreshError;
  if (problem?.reason === "pending") return SOON;
  const floor = problem?.retryAfter ?? 0;
  if (!success || !meta.fetchedAt) return Math.max(interval ?? AFTER_ERROR, floor, SOON);
  if (meta.stale && !problem) return SOON;
  const now = Date.parse(meta.fetchedAt) + (meta.age ?? 0) * 1000;
  const next = meta.nextRefresh ?? (problem ? null : meta.expiresAt);
  const natural = next ? (Date.parse(next) - now) / 1000 : IDLE;
  return Math.max(interval ?? natural, floor, SOON);
}

export class Scheduler {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  #seams;
  #timer;
  #failures = 0;

  /** @param {Seams} seams */
  constructor(seams) {
    this.#seams = {
      now: () => performance.now(),
      random: Math.random,
      ...seams,
    };
    this.#timer = seams.timer(() => this.#tick());
  }

  /**
   * Deliver the data now and whenever it may have changed; who watches the same shares the calls.
   * @param {DataRequest} request
   * @param {Watcher} watcher
   */
  watch(request, watcher) {
    const key = JSON.stringify([request.appId, request.endpointId, request.parameters ?? {}]);
    const due = this.#seams.now();
    /** @type {Entry} */
    const entry = this.#entries.get(key) ?? { request, watchers: new Set(), due, arrived: 0 };
    this.#entries.set(key, entry);
    entry.watchers.add(watcher);
    if (entry.envelope) watcher.deliver(entry.envelope, entry.arrived);
    this.#arm();
    return {
      refresh: () => {
        entry.due = this.#seams.now();
        entry.isAsked = !!entry.flight; // what is under way may be older than what was asked for
        this.#arm();
      },
      stop: () => {
        entry.watchers.delete(watcher);
        if (!entry.watchers.size) this.#drop(key, entry);
      },
    };
  }

  /**
   * @param {string} key
   * @param {Entry} entry
   */
  #drop(key, entry) {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    if (entry.flight?.entries.every((other) => !other.watchers.size)) entry.flight.controller.abort();
    this.#arm();
  }

  #arm() {
    const waiting = [...this.#entries.values()].filter((entry) => !entry.flight);
    if (waiting.length) this.#timer.at(Math.min(...waiting.map((entry) => entry.due)));
    else this.#timer.stop();
  }

  #tick() {
    const limit = this.#seams.now() + TOGETHER;
    const due = [...this.#entries.values()].filter((entry) => !entry.flight && entry.due <= limit);
    for (let start = 0; start < due.length; start += MOST) this.#fly(due.slice(start, start + MOST));
    this.#arm();
  }

  /** @param {Entry[]} entries */
  async #fly(entries) {
    const flight = { entries, controller: new AbortController() };
    for (const entry of entries) entry.flight = flight;
    let answer;
    try {
      answer = await this.#seams.send(
        entries.map((entry) => entry.request),
        flight.controller.signal,
      );
    } catch {
      return; // everybody has gone
    }
    if (answer.error?.code === "invalid-request" && entries.length > 1) {
      for (const entry of entries) this.#fly([entry]); // one of them spoils it for all: find out which
      return;
    }
    this.#failures = answer.success ? 0 : this.#failures + 1;
    this.#land(entries, answer);
    this.#arm();
  }

  /**
   * @param {Entry[]} entries
   * @param {Envelope} answer
   */
  #land(entries, answer) {
    const arrived = this.#seams.now();
    for (const [index, entry] of entries.entries()) {
      const envelope = answer.success ? answer.data[index] : answer;
      const wait = entry.isAsked ? 0 : 1000 * this.#seconds(entry, envelope, answer.success);
      Object.assign(entry, { flight: null, envelope, arrived, isAsked: false, due: arrived + wait });
      for (const watcher of entry.watchers) watcher.deliver(envelope, arrived);
    }
  }

  /**
   * @param {Entry} entry
   * @param {Envelope} envelope
   * @param {boolean} arrived
   */
  #seconds({ watchers }, envelope, arrived) {
    if (!arrived) return Math.min(5 * 2 ** (this.#failures - 1), IDLE) * (1 + this.#seams.random() / 4);
    const each = [...watchers].map(({ interval }) => secondsUntilNext(envelope, interval));
    const seconds = Math.min(...each, 86_400);
    return seconds + Math.min(seconds / 20, 2) * this.#seams.random();
  }
}
