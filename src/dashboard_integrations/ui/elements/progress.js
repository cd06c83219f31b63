/** `<integration-progress>`: what is under way, how far, how fast, how long still. */

import { css } from "./base.js";
import { formatterOf } from "./format.js";
import { bar, dotted, label, notKnown, RowsElement } from "./parts.js";
import { h } from "./render.js";
import { statusMark } from "./status.js";
import { say } from "./text.js";

/** @import { Progress, ProgressBar } from "./types.js" */

const styles = css`
  .head { display: flex; flex-wrap: wrap; gap: 0.5em; align-items: baseline; }
  .label { flex: 1 1 5em; -webkit-line-clamp: 2; }
  .percent { margin-inline-start: auto; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
  .bar { margin-block: 0.3em; }
  .details { font-variant-numeric: tabular-nums; }
`;

/** @extends {RowsElement<Progress>} */
export class ProgressElement extends RowsElement {
  static styles = [...RowsElement.styles, styles];

  /** @param {Progress} payload */
  view({ bars, total, emptyText }) {
    return this.rows(
      bars.map((item, index) => this.#bar(item, index)),
      total,
      emptyText || say("Nothing under way"),
    );
  }

  /**
   * @param {ProgressBar} item
   * @param {number} index
   */
  #bar({ id, label: name, value, maximum = 100, unit, rate, rateUnit, timeLeft, status, caption, link }, index) {
    const formatter = formatterOf(this);
    const percent = value == null ? null : (value / maximum) * 100;
    const share = percent === null ? notKnown() : formatter.value(percent, "%");
    const isShare = maximum === 100 && (!unit || unit === "%");
    /** @param {"value" | "exact"} how */
    const reached = (how) =>
      say("{value} of {maximum}", { value: formatter[how](value, unit), maximum: formatter[how](maximum, unit) });
    const details = dotted([
      !isShare && h("span", { title: reached("exact") }, reached("value")),
      rate != null && h("span", { title: formatter.exact(rate, rateUnit) }, formatter.value(rate, rateUnit)),
      timeLeft != null && say("{time} left", { time: formatter.duration(timeLeft) }),
      caption,
    ]);
    return h(
      "li::row",
      { key: id ?? index },
      h(
        "div.head",
        null,
        status && statusMark(status),
        label(name, link),
        percent !== null && h("bdi::percent", { title: formatter.exact(percent, "%") }, share),
      ),
      bar(name, percent, share, status),
      details.length > 0 && h("div.muted::details", null, details),
    );
  }
}
