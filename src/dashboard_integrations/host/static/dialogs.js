/** Dialogs: one at a time, closed by Escape, and the focus goes back to where it was. */

import { h, patch, sentence } from "./elements.js";

/**
 * @typedef {import("../../ui/elements/render.js").Child} Child
 * @typedef {import("../../ui/elements/types.js").ErrorBody} ErrorBody
 */

/**
 * Open a dialog; `content` describes what is in it, and is given the function that closes it.
 * @param {string} title
 * @param {(close: () => void) => Child} content
 * @param {{ wide?: boolean }} [options]
 */
export function openDialog(title, content, { wide = false } = {}) {
  const dialog = document.createElement("dialog");
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const close = () => dialog.close();
  const render = () =>
    patch(dialog, [
      h("h2", { id: "dialog-title", tabindex: "-1", autofocus: true }, title),
      h("div", null, content(close)),
    ]);
  dialog.className = wide ? "wide" : "";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
  });
  render();
  document.body.append(dialog);
  dialog.showModal();
  return { render, close };
}

/**
 * Ask before something that cannot be taken back; `act` returns why it did not work.
 * @param {{ title: string, content: Child, action: string, act: () => Promise<ErrorBody | null> }} question
 */
export function confirm({ title, content, action, act }) {
  /** @type {ErrorBody | null} */
  let error = null;
  const dialog = openDialog(title, (close) => [
    content,
    error && h("p", { class: "wrong", role: "alert" }, sentence(error.message)),
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", class: "danger", onclick: run }, action),
      h("button", { type: "button", onclick: close }, "Cancel"),
    ),
  ]);
  async function run() {
    error = await act();
    if (error) dialog.render();
    else dialog.close();
  }
}

/**
 * Ask for a name; `save` returns why it is refused.
 * @param {{ title: string, label: string, name?: string, save: (name: string) => Promise<ErrorBody | null> }} question
 */
export function askName({ title, label, name = "", save }) {
  /** @type {ErrorBody | null} */
  let error = null;
  const dialog = openDialog(title, (close) =>
    h(
      "form",
      { class: "stack", onsubmit: submit },
      h("label", { for: "dialog-name" }, label),
      h("input", {
        id: "dialog-name",
        required: true,
        maxlength: 200,
        autocomplete: "off",
        ".defaultValue": name,
        "aria-invalid": error && "true",
        "aria-describedby": error && "dialog-wrong",
      }),
      error && h("p", { id: "dialog-wrong", class: "wrong", role: "alert" }, sentence(error.message)),
      h(
        "div",
        { class: "buttons" },
        h("button", { class: "primary" }, "Save"),
        h("button", { type: "button", onclick: close }, "Cancel"),
      ),
    ),
  );
  /** @type {HTMLInputElement | null} */ (document.querySelector("#dialog-name"))?.select();
  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    error = await save(/** @type {HTMLInputElement} */ (document.getElementById("dialog-name")).value);
    if (error) dialog.render();
    else dialog.close();
  }
}

/**
 * Ask for one of several choices; `act` returns why it is refused.
 * @param {{ title: string, label: string, choices: { value: string, label: string }[], action: string,
 *   act: (value: string) => Promise<ErrorBody | null> }} question
 */
export function askChoice({ title, label, choices, action, act }) {
  /** @type {ErrorBody | null} */
  let error = null;
  const dialog = openDialog(title, (close) =>
    h(
      "form",
      { class: "stack", onsubmit: submit },
      h("label", { for: "dialog-choice" }, label),
      h(
        "select",
        { id: "dialog-choice" },
        choices.map((choice) => h("option", { value: choice.value }, choice.label)),
      ),
      error && h("p", { class: "wrong", role: "alert" }, sentence(error.message)),
      h(
        "div",
        { class: "buttons" },
        h("button", { class: "primary" }, action),
        h("button", { type: "button", onclick: close }, "Cancel"),
      ),
    ),
  );
  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    error = await act(/** @type {HTMLSelectElement} */ (document.getElementById("dialog-choice")).value);
    if (error) dialog.render();
    else dialog.close();
  }
}
