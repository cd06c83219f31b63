/** `<integration-type-picker>`: which service is it? A list to search, by keyboard too. */

/** @import { IntegrationInfo } from "./types.js" */

import { css } from "./base.js";
import { FormElement, tell } from "./form-parts.js";
import { h } from "./render.js";
import { say } from "./text.js";

const styles = css`
  ul { display: grid; gap: 0.4em; margin-block-start: 0.6em; }
  button { display: flex; gap: 0.8em; align-items: center; inline-size: 100%; text-align: start; }
  [aria-pressed="true"] { border-color: var(--_accent); }
  small { display: block; }
`;

export class TypePickerElement extends FormElement {
  static styles = [...FormElement.styles, styles];

  #value = "";
  #query = "";

  /** The id of the type that is chosen. */
  get value() {
    return this.#value;
  }

  set value(id) {
    this.#value = id;
    this.requestUpdate();
  }

  render() {
    const words = this.#query.toLocaleLowerCase().trim().split(/\s+/);
    const found = this.integrations.filter(({ id, name, description, capabilities }) => {
      const told = [id, name, description, ...capabilities].join(" ").toLocaleLowerCase();
      return words.every((word) => told.includes(word));
    });
    const oninput = (/** @type {any} */ { target }) => {
      this.#query = target.value;
      this.requestUpdate();
    };
    const onkeydown = (/** @type {any} */ event) => {
      const isPick = event.key === "Enter" && !event.isComposing && event.target.localName === "input";
      const step = { ArrowDown: 1, ArrowUp: -1 }[/** @type {string} */ (event.key)];
      if (!isPick && !step) return;
      event.preventDefault();
      if (isPick && this.#query && found[0]) this.#choose(found[0]);
      const stops = /** @type {HTMLElement[]} */ ([...(this.shadowRoot?.querySelectorAll("input, button") ?? [])]);
      if (step) stops[stops.indexOf(event.target) + step]?.focus();
    };
    const none = "Nothing is called that: its integration may have to be installed.";
    const told = found.length ? this.#query && say("{count} found", { count: found.length }) : say(none);
    const label = say("Search");
    return h(
      "div",
      { onkeydown },
      h("input::search", { type: "search", placeholder: label, "aria-label": label, oninput }),
      h(found.length ? "p.hidden-text" : "p.muted", { role: "status" }, told),
      h(
        "ul",
        null,
        found.map((info) => h("li", { key: info.id }, this.#button(info))),
      ),
    );
  }

  /** @param {IntegrationInfo} info */
  #button(info) {
    const { id, icon, name, description } = info;
    return h(
      "button::type",
      { type: "button", "aria-pressed": String(id === this.#value), onclick: () => this.#choose(info) },
      h("integration-icon", { slug: icon, label: name }),
      h("span", null, h("strong", null, name), h("small", null, description)),
    );
  }

  /** @param {IntegrationInfo} info */
  #choose({ id }) {
    this.value = id;
    tell(this, "type-change", id);
  }
}
