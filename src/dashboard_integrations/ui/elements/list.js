/** `<integration-list>`: rows with a title, and what is known of each. */

import { css } from "./base.js";
import { formatterOf } from "./format.js";
import { bar, dotted, label, quantity, RowsElement, timeOf } from "./parts.js";
import { h } from "./render.js";
import { statusMark } from "./status.js";
import { say } from "./text.js";

/** @import { List, ListItem } from "./types.js" */

const styles = css`
  li { display: flex; gap: 0.1em 0.6em; }
  .line { display: flex; flex: 1; flex-wrap: wrap; gap: inherit; align-items: baseline; }
  .main { flex: 1 1 5em; }
  .number { max-inline-size: 100%; margin-inline-start: auto; text-align: end; }
  .bar, .description { flex: 1 0 100%; }
  .bar { margin-block: 0.35em; }
`;

/** @extends {RowsElement<List>} */
export class ListElement extends RowsElement {
  static styles = [...RowsElement.styles, styles];

  /** @param {List} payload */
  view({ items, total, emptyText }) {
    return this.rows(
      items.map((item, index) => this.#row(item, index)),
      total,
      emptyText || say("Nothing here"),
    );
  }

  /**
   * @param {ListItem} item
   * @param {number} index
   */
  #row({ id, title, subtitle, description, status, value, unit, progress, time, link }, index) {
    const formatter = formatterOf(this);
    const details = dotted([subtitle, time && timeOf(formatter, time)]);
    return h(
      "li::row",
      { key: id ?? index },
      status && statusMark(status),
      h(
        "div.line",
        null,
        h(
          "div.main",
          null,
          label(title, link, "title"),
          details.length > 0 && h("div.muted.clamp::details", null, details),
        ),
        value != null && h("div.number", null, quantity(formatter, value, unit)),
        progress != null && bar(title, progress, formatter.value(progress, "%"), status),
        description && h("p.muted::description", null, h("bdi", null, description)),
      ),
    );
  }
}
