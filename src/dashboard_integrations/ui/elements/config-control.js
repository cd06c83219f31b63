/** The control of a field that is neither an object nor a list, with its constraints as the browser knows them. */

/** @import { Control } from "./form-types.js" */

import { input } from "./form-parts.js";
import { h } from "./render.js";
import { isReadable } from "./schema.js";
import { say } from "./text.js";

const TYPES = /** @type {Record<string, string>} */ ({ uri: "url", email: "email", date: "date", time: "time" });

/** @type {Control} */
export function control(field, draft, change, required) {
  const { kind, format = "", pattern, writeOnly, minLength: minlength, maxLength: maxlength } = field;
  if (kind === "switch") return input(draft, change, { type: "checkbox" });
  if (kind === "choice") return choice(field, draft, change, required);
  const [example] = field.examples ?? [];
  const placeholder = typeof example === "object" ? null : example;
  const autocomplete = writeOnly ? "new-password" : "off";
  const shared = { required, placeholder, autocomplete, minlength, maxlength, autocapitalize: "off" };
  if (kind === "json" || field["x-multiline"]) {
    const wrong = kind === "json" && (isReadable(field, draft) ? "" : say("This is not JSON."));
    return input(draft, change, { ...shared, rows: 4, "data-wrong": wrong }, "textarea");
  }
  if (kind === "text") {
    const type = writeOnly ? "password" : TYPES[format];
    // An address reads from left to right in every language.
    return input(draft, change, {
      ...shared,
      type: type ?? "text",
      dir: type && "ltr",
      pattern: pattern && attribute(pattern),
    });
  }
  const min = field.minimum ?? field.exclusiveMinimum;
  const max = field.maximum ?? field.exclusiveMaximum;
  const step = (min == null && field.multipleOf) || (field.type === "integer" ? 1 : "any");
  return input(draft, change, { ...shared, type: "number", min, max, step });
}

/**
 * A pattern for a whole value, or nothing where the browser's expressions are stricter: then only the server checks it.
 * @param {string} pattern
 */
function attribute(pattern) {
  try {
    new RegExp(pattern, "v");
    return `.*(?:${pattern}).*`;
  } catch {
    return null;
  }
}

/** @type {Control} */
function choice({ enum: values = [], default: initial, nullable }, draft, change, required) {
  const isFixed = draft >= 0 && (required || (initial != null && !nullable));
  const choose = (/** @type {string} */ index) => change(index ? Number(index) : -1);
  const options = values.map((value, index) => h("option", { value: index }, named(value)));
  const none = isFixed || h("option", { value: "" }, "–");
  return input(draft < 0 ? "" : draft, choose, { required }, "select", none, options);
}

/** @param {unknown} value */
function named(value) {
  if (typeof value === "boolean") return say(value ? "Yes" : "No");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
