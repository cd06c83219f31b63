/** What the forms share: their look, rows, buttons, events, and how they are saved. */

/** @import { About, Button, Facts, Input, Row } from "./form-types.js" */
/** @import { ErrorBody, IntegrationInfo } from "./types.js" */

import { advice, sentence } from "./advice.js";
import { css, IntegrationElement, IntegrationEvent } from "./base.js";
import { call } from "./client.js";
import { h } from "./render.js";
import { say } from "./text.js";

export const CONTROLS = ":is(input, select, textarea)";

export const formStyles = css`
  form, .stack { display: grid; gap: calc(var(--_gap) * 1.5); }
  .field { display: grid; gap: 0.35em; }
  h2 { font-size: 1.2em; line-height: 1.3; }
  label, legend, strong { font-weight: 600; }
  .check, .buttons { display: flex; gap: 0.6em; align-items: center; }
  .buttons { flex-wrap: wrap; }
  small, .muted, dt, .error { color: var(--_muted); font-size: 0.875em; font-weight: 400; }
  .error, .danger { color: var(--_critical); }
  .error::before { content: "⚠ " / ""; }
  input, select, textarea, button { min-block-size: 2.5em; max-inline-size: 100%; padding: 0.4em 0.7em; }
  input, select, textarea {
    inline-size: 100%; border: 1px solid color-mix(in srgb, var(--_muted) 75%, var(--_surface));
    border-radius: calc(var(--_radius) * 0.6); background: var(--_surface); color: inherit; font: inherit;
  }
  textarea, code { font-family: monospace; }
  ::placeholder { color: var(--_muted); font-style: italic; }
  [aria-invalid="true"] { border-color: var(--_critical); outline-color: var(--_critical); }
  [type="checkbox"] { inline-size: 1.2em; min-block-size: 1.2em; margin: 0; flex: none; accent-color: var(--_accent); }
  .save { background: var(--_accent); color: var(--_on-accent); font-weight: 600; }
  .danger { margin-inline-start: auto; }
  .box {
    display: grid; gap: 0.4em; padding: 0.8em 1em; border: 1px solid var(--_border); border-radius: var(--_radius);
    border-inline-start: 4px solid var(--_critical); background: var(--_raised);
  }
  .ok { border-inline-start-color: var(--_ok); }
  [role="status"]:empty { margin-block-start: calc(var(--_gap) * -1.5); }
  dl { display: grid; grid-template-columns: auto minmax(55%, 1fr); gap: 0.3em 1em; align-items: baseline; }
`;

/**
 * Tell something, `value` what of. Before it is saved, a listener may change that, or prevent it and save itself.
 * @param {Element} element
 * @param {string} type
 * @param {any} [value]
 */
export function tell(element, type, value) {
  const event = new IntegrationEvent(type, { value });
  element.dispatchEvent(event);
  return /** @type {IntegrationEvent & { value: any }} */ (event);
}

/** @type {Input} */
export function input(value, change, props, tag = "input", ...children) {
  const name = props.type === "checkbox" ? "checked" : "value";
  // Half a number has no value yet: what was typed has to stay.
  const oninput = (/** @type {any} */ { target }) => target.validity.badInput || change(target[name]);
  const common = { autocomplete: "off", spellcheck: "false" };
  return h(`${tag}::control`, { ...common, ...props, oninput, [`.${name}`]: value }, children);
}

/** @type {Row} */
export function row(spec, control, ...more) {
  const { id, label, help, error, needed } = spec;
  const isCheck = control.props.type === "checkbox";
  const about = [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(" ");
  Object.assign(control.props, { id, "aria-describedby": about || null, "aria-invalid": error ? "true" : null });
  return h(
    "div::field",
    { key: id },
    h(
      `label${isCheck ? ".check" : ""}::label`,
      { for: id },
      isCheck && control,
      label,
      needed && h("small", null, " ", say("(required)")),
    ),
    isCheck || control,
    notes(spec),
    more,
  );
}

/** @type {About} */
export const notes = ({ id, error, help }) => [
  error && h("p::error", { id: `${id}-error` }, error),
  help && h("p.muted::help", { id: `${id}-help` }, help),
];

/** @type {Button} */
export const button = (label, onclick, props) => h("button::button", { type: "button", onclick, ...props }, label);

/** @param {Element | null | undefined} place */
export function focusIn(place) {
  /** @type {HTMLElement | null | undefined} */ (place?.querySelector(`${CONTROLS}, button`))?.focus();
}

/** @type {Facts} */
export const facts = (list) =>
  h(
    "dl",
    null,
    list.map(([name, value]) => value && [h("dt", null, name), h("dd", null, h("bdi", null, value))]),
  );

/** Base of what a person fills in about integrations. */
export class FormElement extends IntegrationElement {
  static styles = [formStyles];

  /** What stands in the rows of its own, by name. @type {Record<string, any>} */
  draft = {};
  /** @type {IntegrationInfo[] | null} */
  #integrations = null;
  /** @type {ErrorBody | null} */
  #error = null;
  #hasFailed = false;
  #isSaving = false;

  /** The types, as `GET /api/integrations` lists them; asked for when not given. */
  get integrations() {
    return this.#integrations ?? [];
  }

  set integrations(integrations) {
    this.#integrations = integrations;
    this.arrived();
  }

  /** Why it could not be saved; a host that saves itself sets it. */
  get error() {
    return this.#error;
  }

  set error(error) {
    this.#error = error;
    this.requestUpdate();
    this.refused(error);
  }

  get isLoading() {
    return !this.#integrations && !this.#hasFailed;
  }

  /** The types are there. */
  arrived() {
    this.requestUpdate();
  }

  /**
   * There is another error, or none any more.
   * @param {ErrorBody | null} _error
   */
  refused(_error) {}

  /**
   * The draft is another.
   * @param {string} [_id] what of it was changed
   */
  changed(_id) {
    this.requestUpdate();
  }

  /**
   * A row for what stands in the draft under this name.
   * @param {string} id
   * @param {string} label
   * @param {import("./render.js").Props} props
   * @param {string} [help]
   * @param {string} [tag]
   * @param {import("./render.js").Child} [children]
   */
  row(id, label, props, help, tag, children) {
    const change = (/** @type {unknown} */ value) => {
      this.draft = { ...this.draft, [id]: value };
      this.changed(id);
    };
    const { code, fields = {} } = this.error ?? {};
    const error = code === "invalid-request" && (fields[id] ?? fields[`config.${id}`]);
    const control = input(this.draft[id], change, props, tag, children);
    return row({ id, label, help, error, needed: props.required }, control);
  }

  async load() {
    if (this.#integrations) return;
    const { data, error } = await call("");
    this.#hasFailed = !data;
    this.error ??= error;
    if (data) this.integrations = data;
  }

  /**
   * @param {"app" | "widget"} kind
   * @param {string | undefined} id
   * @param {object} value
   */
  async save(kind, id, value) {
    if (this.#isSaving) return;
    const saving = tell(this, `${kind}-save`, value);
    const url = this.getAttribute(`${kind}s-url`);
    if (saving.defaultPrevented || !url) return;
    this.#isSaving = true;
    this.error = null;
    const path = id ? `${url}/${encodeURIComponent(id)}` : url;
    const { data, error } = await call(path, { method: id ? "PATCH" : "POST", body: saving.value });
    this.#isSaving = false;
    this.error = error;
    if (!data) return;
    Object.assign(this, { [kind]: data });
    tell(this, `${kind}-saved`, data);
  }

  /**
   * @param {"app" | "widget"} kind
   * @param {import("./render.js").Child} [middle]
   * @param {import("./render.js").Child} [end]
   */
  buttons(kind, middle, end) {
    const isBusy = this.#isSaving;
    return h(
      "div.buttons",
      { key: "buttons" },
      h("button::button save", { "aria-disabled": isBusy && "true" }, say(isBusy ? "Saving …" : "Save")),
      middle,
      this.cancel(kind),
      end,
    );
  }

  /** @param {"app" | "widget"} kind */
  cancel(kind) {
    return button(say("Cancel"), () => tell(this, `${kind}-cancel`));
  }

  /** @param {import("./render.js").Child} [more] */
  problem(more) {
    const error = this.#error;
    return (
      error &&
      h(
        "div.box::problem",
        { role: "alert", key: "problem" },
        h("strong", null, sentence(error.message)),
        h("p.muted", null, advice(error, { isTest: true })),
        more,
      )
    );
  }
}
