/** `<integration-alert-banner>`: what needs a person's attention, the worst first. */

import { css } from "./base.js";
import { formatterOf } from "./format.js";
import { label, RowsElement, timeOf } from "./parts.js";
import { h } from "./render.js";
import { SEVERITIES, statusColor, statusMark } from "./status.js";
import { say } from "./text.js";

/** @import { Alert, AlertBanner } from "./types.js" */

const styles = css`
  li {
    display: flex; gap: 0.6em; padding: calc(var(--_gap) * 0.6); border-inline-start: 3px solid var(--_fill);
    border-radius: calc(var(--_radius) / 3); background: color-mix(in srgb, var(--_fill) 9%, transparent);
  }
  li + li { border-block-start: 0; margin-block-start: calc(var(--_gap) / 3); }
  li > :first-child { flex: none; }
  .title { font-weight: 600; }
  .message { font-size: 0.9em; }
`;

/** @extends {RowsElement<AlertBanner>} */
export class AlertBannerElement extends RowsElement {
  static styles = [...RowsElement.styles, styles];

  /** @param {AlertBanner} payload */
  view({ alerts }) {
    const sorted = alerts.toSorted((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
    const rows = sorted.map((alert) => this.#alert(alert));
    return this.rows(rows, null, [statusMark("ok"), " ", say("No active alerts")]);
  }

  /** @param {Alert} alert */
  #alert({ id, severity, title, message, since, link }) {
    const sayWhen = (/** @type {string} */ time) => say("Since {time}", { time });
    return h(
      `li::alert ${severity}`,
      { key: id, style: { "--_fill": statusColor(severity) } },
      statusMark(severity),
      h(
        "div",
        null,
        label(title, link, "title"),
        message && h("p::message", null, h("bdi", null, message)),
        since && h("p.muted", null, timeOf(formatterOf(this), since, sayWhen)),
      ),
    );
  }
}
