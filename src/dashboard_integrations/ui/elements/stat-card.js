/** `<integration-stat-card>`: a few numbers that say how things stand. */

import { css, ViewElement } from "./base.js";
import { formatterOf } from "./format.js";
import { label, partStyles, quantity } from "./parts.js";
import { h } from "./render.js";
import { drawing, statusMark } from "./status.js";
import { say } from "./text.js";

/** @import { Stat, StatCard } from "./types.js" */

const TRENDS = {
  up: ["Rising", "M8 13V3M4 7l4-4 4 4"],
  down: ["Falling", "M8 3v10M4 9l4 4 4-4"],
  flat: ["Steady", "M2 8h12"],
};

const styles = css`
  dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 7em), 1fr)); gap: calc(var(--_gap) * 2); overflow: hidden; }
  dl div { position: relative; container-type: inline-size; }
  dl div::before {
    position: absolute; inset: calc(var(--_gap) * -1); border: solid var(--_border); border-width: 0; border-block-start-width: 1px;
    border-inline-start-width: 1px; content: ""; pointer-events: none;
  }
  dt { display: flex; gap: 0.4em; }
  .label { -webkit-line-clamp: 2; }
  .quantity { font-size: clamp(1em, 170cqi / var(--_length), 1.3em + 5cqi); font-weight: 600; line-height: 1.25; letter-spacing: -0.01em; }
  .unit { font-size: max(0.55em, 0.7rem); font-weight: 500; letter-spacing: 0; }
`;

/** @extends {ViewElement<StatCard>} */
export class StatCardElement extends ViewElement {
  static styles = [partStyles, styles];

  /** @param {StatCard} payload */
  view({ stats }) {
    return h(
      "dl::stats",
      null,
      stats.map((stat) => this.#stat(stat)),
    );
  }

  /** @param {Stat} stat */
  #stat({ label: name, value, unit, status, link, delta, deltaLabel, trend }) {
    const formatter = formatterOf(this);
    const way = trend ?? (delta == null ? null : delta > 0 ? "up" : delta < 0 ? "down" : "flat");
    return h(
      "div::stat",
      null,
      h("dt.muted", null, status && statusMark(status), label(name, link)),
      h("dd", null, quantity(formatter, value, unit)),
      way &&
        h(
          "dd.muted::delta",
          null,
          drawing(h("path", { d: TRENDS[way][1] })),
          " ",
          trend && h(delta == null ? "span" : "span.hidden-text", null, say(TRENDS[trend][0])),
          " ",
          delta != null && h("bdi", { title: formatter.exact(delta, unit) }, formatter.signed(delta, unit)),
          deltaLabel && [" ", h("bdi", null, deltaLabel)],
        ),
    );
  }
}
