/** Numbers, units, durations and times in the language of the page, all through `Intl`. */

/**
 * @typedef {number | string | null | undefined} Value
 * @typedef {string | null} Unit
 * @typedef {{ text: string, isUnit?: boolean }} Piece
 * @typedef {string | number | Date} Moment
 * @typedef {Intl.NumberFormatOptions} Options
 */

const NAMES = ["", "kilo", "mega", "giga", "tera", "peta"];

/** @type {[string, number][]} */
const SPANS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

export class Formatter {
  /** @type {string | undefined} */
  #locale;
  #timeZone;
  /** @type {Map<string, any>} */
  #formats = new Map();

  /**
   * @param {string} [locale] the browser's for none, or for one that is no language tag
   * @param {string} [timeZone]
   */
  constructor(locale, timeZone) {
    this.#timeZone = timeZone;
    try {
      [this.#locale] = Intl.getCanonicalLocales(locale);
    } catch {}
  }

  /**
   * @param {Value} value
   * @param {Unit} [unit]
   */
  value(value, unit) {
    return joined(this.pieces(value, unit));
  }

  /**
   * @param {Value} value
   * @param {Unit} [unit]
   */
  exact(value, unit) {
    return joined(this.pieces(value, unit, { isExact: true }));
  }

  /**
   * @param {Value} value
   * @param {Unit} [unit]
   */
  signed(value, unit) {
    return joined(this.pieces(value, unit, { signDisplay: "exceptZero" }));
  }

  /** @param {number} seconds */
  duration(seconds) {
    return this.value(seconds, "s");
  }

  /**
   * @param {Value} value
   * @param {Unit} [unit]
   * @param {{ isExact?: boolean, signDisplay?: Options["signDisplay"] }} [how]
   * @returns {Piece[]} in the order of the language
   */
  pieces(value, unit, { isExact, signDisplay = "negative" } = {}) {
    if (typeof value === "string") return [{ text: value }, ...suffix(unit)];
    if (value == null || !Number.isFinite(value)) return [{ text: "–" }];
    if (unit === "s" && !isExact) return this.#span(value, signDisplay);
    const { number, suffixed, fine = 2, ...options } = scaled(value, unit, isExact);
    const rounding = isExact ? exactly(value) : rounded(unit === "%" ? value : number, fine);
    return [...this.#number(number, { ...rounding, ...options, signDisplay }), ...suffix(suffixed)];
  }

  /**
   * The time when it is today, the day too when it is this year, else the day alone.
   * @param {Moment} moment
   * @param {Moment} [now]
   */
  time(moment, now = Date.now()) {
    const day = /** @type {const} */ ({ month: "short", day: "numeric" });
    const clock = /** @type {const} */ ({ hour: "numeric", minute: "2-digit" });
    /** @param {Intl.DateTimeFormatOptions} options */
    const isSame = (options) => this.date(moment, options) === this.date(now, options);
    const full = /** @type {const} */ ({ year: "numeric", ...day });
    if (isSame(full)) return this.date(moment, clock);
    return this.date(moment, isSame({ year: "numeric" }) ? { ...day, ...clock } : full);
  }

  /** @param {Moment} moment */
  exactTime(moment) {
    return this.date(moment, { dateStyle: "full", timeStyle: "long" });
  }

  /** @param {number} seconds negative for what is to come */
  ago(seconds) {
    const [unit, size] = SPANS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
    const format = this.#format(Intl.RelativeTimeFormat, { style: "short", numeric: "auto" });
    return /** @type {string} */ (format.format(-Math.trunc(seconds / size), unit));
  }

  /**
   * @param {number} seconds
   * @param {Options["signDisplay"]} signDisplay
   * @returns {Piece[]}
   */
  #span(seconds, signDisplay) {
    const length = Math.abs(seconds);
    /** @type {(number: number, unit: string, options?: Options) => Piece[]} */
    const say = (number, unit, options) =>
      this.#number(number, { maximumFractionDigits: 0, style: "unit", unit, ...options });
    if (length < 59.5) {
      const scale = length && length < 1 ? 1000 : 1;
      const unit = scale > 1 ? "millisecond" : "second";
      return say(seconds * scale, unit, { ...rounded(length * scale, 0), signDisplay });
    }
    // Rounded first, and 59 min 59.7 sec is an hour.
    const at = [86_370, 3_570, 0].findIndex((limit) => length >= limit) + 2;
    const [[unit, size], [smallUnit, smallSize]] = SPANS.slice(at);
    const whole = Math.round(length / smallSize) * smallSize;
    const large = say(Math.floor(whole / size) * Math.sign(seconds), unit, { signDisplay });
    if (!(whole % size)) return large;
    const small = say((whole % size) / smallSize, smallUnit);
    const list = this.#format(Intl.ListFormat, { type: "unit", style: "narrow" }).formatToParts(["0", "1"]);
    return list.flatMap((/** @type {any} */ { type, value }) =>
      type === "element" ? [large, small][value] : { text: value },
    );
  }

  /**
   * @param {number} number
   * @param {Options} options
   * @returns {Piece[]}
   */
  #number(number, options) {
    /** @type {Intl.NumberFormatPart[]} */
    const parts = this.#format(Intl.NumberFormat, options).formatToParts(number);
    const needsGap = options.unitDisplay && parts.every(({ type }) => type !== "literal");
    return parts.flatMap(({ type, value }) => {
      if (type !== "unit" && type !== "percentSign") return { text: value === "-" ? "−" : value };
      return needsGap ? suffix(value) : { text: value, isUnit: true };
    });
  }

  /**
   * Write a moment with these parts of it; text that is none stays text.
   * @param {Moment} moment
   * @param {Intl.DateTimeFormatOptions} options
   * @returns {string}
   */
  date(moment, options) {
    const date = new Date(moment);
    if (Number.isNaN(+date)) return String(moment);
    return this.#format(Intl.DateTimeFormat, { ...options, timeZone: this.#timeZone }).format(date);
  }

  /**
   * Make a format, once: that costs far more than using it.
   * @param {new (locale: any, options: any) => any} kind
   * @param {object} options
   */
  #format(kind, options) {
    const key = kind.name + JSON.stringify(options);
    if (!this.#formats.has(key)) this.#formats.set(key, new kind(this.#locale, options));
    return this.#formats.get(key);
  }
}

/** @param {Piece[]} pieces */
function joined(pieces) {
  return pieces.map(({ text }) => text).join("");
}

/**
 * @param {Unit} [unit]
 * @returns {Piece[]}
 */
function suffix(unit) {
  return unit ? [{ text: "\u00a0" }, { text: unit, isUnit: true }] : [];
}

/**
 * Bring a number to the scale in which it is said; `fine` is how many fraction digits are worth their place.
 * @param {number} number
 * @param {Unit} [unit]
 * @param {boolean} [isExact]
 * @returns {Options & { number: number, suffixed?: Unit, fine?: number }}
 */
function scaled(number, unit, isExact) {
  if (unit === "%") return { number: number / 100, style: "percent", fine: 0 };
  if (unit === "°C") return { number, style: "unit", unit: "celsius", fine: 1 };
  const known = /^(B|bit)(\/s)?$|^(?:Hz|Wh?|V|A)$/.exec(unit ?? "");
  if (!known) return { number, suffixed: unit };
  const [, base, per] = known;
  const last = base === "bit" ? 4 : 5; // no language has petabits
  let step = 0;
  for (; !isExact && Math.abs(number) >= 999.5 && step < last; step++) number /= 1000;
  if (!base) return { number, suffixed: ["", ..."kMGTP"][step] + unit };
  const unitDisplay = step ? undefined : "narrow"; // "42 B" and not "42 byte"
  const name = `${NAMES[step]}${base === "B" ? "byte" : base}${per ? "-per-second" : ""}`;
  return { number, style: "unit", unit: name, unitDisplay, fine: 1 };
}

/**
 * @param {number} number
 * @param {number} fine
 * @returns {Options}
 */
function rounded(number, fine) {
  const size = Math.abs(number);
  if (size >= 1e15 || (size && size < 1e-4)) return { notation: "scientific", maximumFractionDigits: 1 };
  if (size >= 1e6) return { notation: "compact", maximumSignificantDigits: 3 };
  if (size < 1) return { maximumSignificantDigits: 2 };
  // 99.97 % is not all.
  if (!fine && size > 99 && size < 100) return { maximumFractionDigits: 2, roundingMode: "trunc" };
  return { maximumFractionDigits: size < 10 ? fine || 1 : size < 100 ? Math.min(fine, 1) : 0 };
}

/**
 * @param {number} number
 * @returns {Options}
 */
function exactly(number) {
  return Number.isInteger(number) ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 15 };
}

/** @type {Map<string | undefined, Formatter>} */
const formatters = new Map();

/**
 * Return the formatter for the language that an element is in.
 * @param {Element} element
 */
export function formatterOf(element) {
  let language = globalThis.navigator?.language;
  for (let at = element; at; at = /** @type {ShadowRoot} */ (at.getRootNode()).host) {
    const found = at.closest("[lang]");
    if (!found) continue;
    language = found.getAttribute("lang") || language;
    break;
  }
  const formatter = formatters.get(language) ?? new Formatter(language);
  formatters.set(language, formatter);
  return formatter;
}
