/** `<integration-gauge>`: one value within a range, on a dial. */

import { css, ViewElement } from "./base.js";
import { within } from "./chart-scale.js";
import { formatterOf } from "./format.js";
import { label, notKnown, partStyles, quantity } from "./parts.js";
import { h } from "./render.js";
import { statusColor, statusMark, statusText } from "./status.js";

/** @import { Gauge } from "./types.js" */

const ARC = "M13.6 71A42 42 0 1 1 86.4 71";
const RING = "M8 74.3A48.5 48.5 0 1 1 92 74.3";

const styles = css`
  :host { text-align: center; }
  .dial { display: grid; grid-template-columns: 1fr 1fr; container-type: inline-size; max-inline-size: 11.5em; margin-inline: auto; }
  .dial > svg { grid-area: 1 / 1 / 2 / 3; inline-size: 100%; fill: none; stroke-width: 8; }
  :host(:dir(rtl)) .dial > svg { transform: scaleX(-1); }
  .track, .arc { stroke: var(--_track); stroke-linecap: round; }
  .arc { stroke: var(--_accent); transition: stroke-dasharray 0.4s; }
  .ring { stroke-width: 2; }
  .middle { grid-area: 1 / 1 / 2 / 3; align-self: end; justify-self: center; inline-size: 62cqi; margin-block-end: 5cqi; }
  .quantity { -webkit-line-clamp: 2; font-size: clamp(1em, 100cqi / var(--_length), 2.2em); font-weight: 600; line-height: 1.2; }
  .middle .unit { font-size: max(0.55em, 0.7rem); font-weight: 500; }
  .range { inline-size: 54%; }
  .range:last-child { justify-self: end; }
  .status { font-size: 0.8em; }
  @media (prefers-reduced-motion: reduce) { .arc { transition: none; } }
  @media (forced-colors: active) { .track { opacity: 0.3; } .arc { stroke: Highlight !important; } }
`;

/** @extends {ViewElement<Gauge>} */
export class GaugeElement extends ViewElement {
  static styles = [partStyles, styles];

  /** @param {Gauge} payload */
  view(payload) {
    const { label: name, value, unit, thresholds = [], minimum = 0, maximum = 100, caption } = payload;
    const formatter = formatterOf(this);
    const status = statusOf(payload);
    const isKnown = value != null;
    const said = [isKnown ? formatter.value(value, unit) : notKnown(), status && statusText(status)];
    const text = said.filter(Boolean).join(", ");
    /** @param {number} at */
    const percent = (at) => within(((at - minimum) / (maximum - minimum)) * 100);
    const zones = thresholds.length ? [{ value: minimum, status: "ok" }, ...thresholds] : [];
    const meter = {
      role: isKnown ? "meter" : "img",
      "aria-label": isKnown ? name : `${name}: ${text}`,
      "aria-valuemin": isKnown && minimum,
      "aria-valuemax": isKnown && maximum,
      "aria-valuenow": isKnown && within(value, minimum, maximum),
      "aria-valuetext": isKnown && text,
    };
    return [
      h("div.muted", null, label(name)),
      h(
        "div::dial",
        meter,
        h(
          "svg",
          { viewBox: "0 0 100 78", "aria-hidden": "true" },
          arc("track", 0, 100),
          isKnown && arc("arc", 0, percent(value), status),
          // a ring of colours around the track, and a tick on the track where each begins
          zones.map(({ value, status }, index) => {
            const from = percent(value);
            const to = percent(zones[index + 1]?.value ?? maximum) - 1;
            return [arc("ring", from, to, status), index > 0 && arc("tick", from - 0.5, from + 0.5, status)];
          }),
        ),
        h("div.middle", null, quantity(formatter, value, unit), status && statusMark(status, true)),
        [minimum, maximum].map((end) => h("bdi.muted::range", null, formatter.value(end, unit))),
      ),
      caption && h("p.muted::caption", null, h("bdi", null, caption)),
    ];
  }
}

/** @param {Gauge} payload */
function statusOf({ value, thresholds, status }) {
  if (status || value == null || !thresholds?.length) return status;
  return thresholds.findLast((threshold) => value >= threshold.value)?.status ?? "ok";
}

/**
 * @param {string} name
 * @param {number} from in percent
 * @param {number} to
 * @param {string | null} [status]
 */
function arc(name, from, to, status) {
  const style = {
    stroke: status && statusColor(status),
    "stroke-dasharray": `0 ${from} ${Math.max(to - from, 0)} 200`,
  };
  return h(`path::${name}`, { d: name === "ring" ? RING : ARC, pathLength: 100, style });
}
