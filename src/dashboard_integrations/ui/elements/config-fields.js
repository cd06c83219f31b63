/** `<integration-config-fields>`: a form section from JSON Schema, and a form control itself. Secrets only go out. */

/** @import { Draw, DrawError, Drafts, Field, Place, Secrets } from "./form-types.js" */
/** @import { JsonSchema } from "./types.js" */

import { css, IntegrationElement } from "./base.js";
import { control } from "./config-control.js";
import { group, list } from "./config-list.js";
import { button, CONTROLS, focusIn, formStyles, input, notes, row, tell } from "./form-parts.js";
import { h } from "./render.js";
import { addressesOf, draftOf, draftsOf, fieldsOf, isOptional, valuesOf } from "./schema.js";
import { say } from "./text.js";

const styles = css`
  fieldset { margin: 0; padding: 1em; border: 1px solid var(--_border); border-radius: var(--_radius); }
  .all { padding: 0; border: 0; }
  summary { font-weight: 600; cursor: pointer; }
  details[open] > summary { margin-block-end: var(--_gap); }
  .stored::before { content: "● " / ""; color: var(--_ok); }
  .cleared::before { content: "○ " / ""; color: inherit; }
  li { display: flex; flex-wrap: wrap; gap: 0.6em; align-items: end; }
  li > :first-child { flex: 1 1 10em; }
  li > fieldset:first-child { flex-basis: 100%; }
  .stack > button { justify-self: start; }
`;

const AGAIN = "Type this again, or clear it: what is stored is not sent to another server.";

export class ConfigFieldsElement extends IntegrationElement {
  static formAssociated = true;
  static shadow = /** @type {const} */ ({ mode: "open", delegatesFocus: true });
  static styles = [formStyles, styles];

  #internals = this.attachInternals();
  /** @type {Field[]} */
  #fields = [];
  /** @type {Drafts} */
  #stored = {};
  /** @type {Drafts} */
  #drafts = {};
  /** @type {string[]} */
  #secretsSet = [];
  /** @type {Secrets} */
  #secrets = new Map();
  /** @type {Record<string, string>} */
  #errors = {};
  #placed = new Set();
  #addresses = "";
  #isDisabled = false;
  #round = 0;

  constructor() {
    super();
    this.addEventListener("invalid", () => {
      for (const control of this.#controls(":invalid")) this.#errors[control.id] = control.validationMessage;
      this.update();
      // A form that is sent focuses this element, and so its first control.
      setTimeout(() => this.shadowRoot?.activeElement && this.focusError());
    });
  }

  /** @param {JsonSchema} schema */
  set schema(schema) {
    this.schemas = [schema];
  }

  /** @param {(JsonSchema | null)[]} schemas */
  set schemas(schemas) {
    this.#fields = schemas.flatMap((schema) => (schema ? fieldsOf(schema) : []));
    this.formResetCallback();
  }

  /** The configuration to send; set, what is stored. */
  get value() {
    return valuesOf(this.#fields, this.#drafts, this.#stored, this.#secrets);
  }

  set value(config) {
    this.#stored = config ?? {};
    this.formResetCallback();
  }

  /** @param {string[] | undefined} paths */
  set secretsSet(paths) {
    this.#secretsSet = paths ?? [];
    this.formResetCallback();
  }

  /**
   * Messages by path, as an envelope has them.
   * @param {Record<string, string>} errors
   */
  set errors(errors) {
    this.#errors = { ...errors };
    this.requestUpdate();
  }

  get name() {
    return this.getAttribute("name") ?? "";
  }

  set name(name) {
    this.setAttribute("name", name);
  }

  get form() {
    return this.#internals.form;
  }

  get validity() {
    return this.#internals.validity;
  }

  checkValidity() {
    this.update();
    return this.#internals.checkValidity();
  }

  reportValidity() {
    const isValid = this.checkValidity();
    if (!isValid) this.focusError();
    return isValid;
  }

  /** Whether the address leads to another server than the stored one, so that secrets have to be typed again. */
  get moved() {
    return this.#secretsSet.length > 0 && this.#leadsTo() !== this.#addresses;
  }

  /**
   * Type values for the person.
   * @param {Drafts} values
   */
  fill(values) {
    for (const field of this.#fields) {
      if (field.key in values) this.#drafts[field.key] = draftOf(field, values[field.key]);
    }
    this.update();
  }

  focusError() {
    this.update();
    focusIn(this.find(":not([role=alert]) > .error")?.parentElement);
  }

  formResetCallback() {
    this.#drafts = draftsOf(this.#fields, this.#stored);
    this.#secrets = new Map(this.#secretsSet.map((path) => [path, "kept"]));
    this.#addresses = this.#leadsTo();
    this.#errors = {};
    this.#round++;
    this.requestUpdate();
  }

  /** @param {boolean} isDisabled */
  formDisabledCallback(isDisabled) {
    this.#isDisabled = isDisabled;
    this.requestUpdate();
  }

  update() {
    super.update();
    for (const area of this.#controls("[data-wrong]")) area.setCustomValidity(area.dataset.wrong ?? "");
    const [wrong] = this.#controls(":invalid");
    this.#internals.setFormValue(JSON.stringify(this.value));
    this.#internals.setValidity(wrong?.validity ?? {}, wrong?.validationMessage, wrong);
  }

  render() {
    this.#placed.clear();
    const rows = this.#rows(this.#fields, this.#drafts);
    const common = rows.filter((_, index) => this.#fields[index].common);
    const isOpen = this.#fields.some(
      ({ common, key, default: initial }) =>
        common && (key in this.#errors || this.#secretsSet.includes(key) || (this.#stored[key] ?? initial) !== initial),
    );
    const elsewhere = Object.entries(this.#errors).filter(([path]) => !this.#placed.has(path));
    return h(
      "fieldset.all.stack",
      { key: this.#round, disabled: this.#isDisabled, oninput: this.#edited, onkeydown: this.#enter },
      elsewhere[0] &&
        h(
          "div",
          { role: "alert", key: "elsewhere" },
          elsewhere.map(([path, message]) => h("p::error", null, `${path}: ${message}`)),
        ),
      rows.filter((row) => !common.includes(row)),
      common[0] &&
        h(
          "details::common",
          { open: isOpen },
          h("summary", null, say("Certificates and time limit")),
          h("div.stack", null, common),
        ),
    );
  }

  /**
   * @param {Field[]} fields
   * @param {Drafts} box
   * @param {string} [prefix]
   */
  #rows(fields, box, prefix = "") {
    const { moved } = this;
    return fields.map((field) =>
      this.#field({ field, path: prefix + field.key, box, key: field.key, label: field.title ?? "", moved }),
    );
  }

  /** @type {Draw} */
  #field(place) {
    const { field, path, label, moved } = place;
    const { kind } = field;
    const state = this.#secrets.get(path);
    const isStored = this.#secretsSet.includes(path);
    const error = this.#error(path, kind !== "object" && kind !== "list");
    if (state === "cleared" || (state && !moved)) return this.#kept(place, error);
    if (kind === "object") return this.#object(place, error);
    if (kind === "list") {
      const touched = () => {
        this.#touch(path);
        this.#edited();
        this.update();
      };
      const shown = list(place, error, (inner) => this.#field(inner), touched);
      return isStored ? h("div.field", { key: `${path}-stored` }, shown, this.#keep(place)) : shown;
    }
    const needed = field.needed && !field.nullable && kind !== "switch";
    const change = (/** @type {unknown} */ value) => {
      place.box[place.key] = value;
      this.#touch(path);
    };
    const shown = control(field, place.box[place.key], change, isStored ? moved : needed);
    const undo = moved ? [h("p.error", null, say(AGAIN)), this.#clear(place)] : this.#keep(place);
    return row(
      { id: path, label, help: field.description, error, needed: needed && field.key !== "" },
      shown,
      isStored && undo,
    );
  }

  /** @type {DrawError} */
  #object(place, error) {
    const { field, path, box, key, label } = place;
    const fields = fieldsOf(field);
    const change = (/** @type {boolean} */ isOn) => {
      box[key] = isOn ? draftsOf(fields) : null;
    };
    const toggle = isOptional(field) && input(box[key] !== null, change, { type: "checkbox" });
    const legend = toggle ? h("label.check", null, toggle, label) : label;
    return group(legend, place, error, box[key] && this.#rows(fields, box[key], `${path}.`));
  }

  /**
   * A stored secret that is not shown.
   * @type {DrawError}
   */
  #kept(place, error) {
    const { field, path, label } = place;
    const isKept = this.#secrets.get(path) === "kept";
    return h(
      "div::field",
      { role: "group", "aria-label": label, id: path, key: path },
      h("strong", null, label),
      h(
        "div.buttons",
        null,
        h(`span${isKept ? "" : ".cleared"}::stored`, null, say(isKept ? "Stored" : "Will be cleared")),
        isKept ? [this.#act(place, say("Change")), this.#clear(place)] : this.#keep(place),
      ),
      notes({ id: path, label, error, help: field.description }),
    );
  }

  /**
   * @param {Place} place
   * @param {string} words
   * @param {"kept" | "cleared"} [state]
   */
  #act({ field, path, box, key }, words, state) {
    const act = () => {
      box[key] = draftOf(field);
      this.#touch(path);
      if (state) this.#secrets.set(path, state);
      this.#edited();
      this.update();
      focusIn(this.shadowRoot?.getElementById(path)?.closest(".field"));
    };
    return h("div", null, button(words, act));
  }

  /** @param {Place} place */
  #keep(place) {
    return this.#act(place, say("Keep the stored one"), "kept");
  }

  /** @param {Place} place */
  #clear(place) {
    return place.field.needed || this.#act(place, say("Clear"), "cleared");
  }

  /**
   * @param {string} path
   * @param {boolean} isWhole whether what is below has no place of its own
   */
  #error(path, isWhole) {
    const found = Object.keys(this.#errors).filter((at) => at === path || (isWhole && at.startsWith(`${path}.`)));
    for (const at of found) this.#placed.add(at);
    return found.map((at) => (at === path ? "" : `${at.slice(path.length + 1)}: `) + this.#errors[at]).join(" ");
  }

  /** @param {string} path */
  #touch(path) {
    this.#secrets.delete(path);
    delete this.#errors[path];
  }

  #edited = () => {
    this.requestUpdate();
    tell(this, "config-change");
  };

  #enter = (/** @type {any} */ event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.localName !== "input") return;
    event.preventDefault();
    this.form?.requestSubmit();
  };

  #leadsTo() {
    const open = this.#fields.filter((field) => !field.writeOnly);
    return JSON.stringify(addressesOf(valuesOf(open, this.#drafts)));
  }

  /**
   * @param {string} state
   * @returns {NodeListOf<HTMLTextAreaElement>}
   */
  #controls(state) {
    return /** @type {any} */ (this.shadowRoot?.querySelectorAll(CONTROLS + state));
  }
}
