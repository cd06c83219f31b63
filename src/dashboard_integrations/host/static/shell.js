/** What every page has: how it looks, and the way to the form when somebody has signed out. */

import { h, patch } from "./elements.js";

const CHOICES = {
  theme: { title: "Appearance", values: { "": "Like the system", light: "Light", dark: "Dark" } },
  density: { title: "Spacing", values: { "": "Comfortable", compact: "Compact" } },
};

/** @typedef {keyof typeof CHOICES} Choice */

/** @param {Choice} name */
function choice(name) {
  const { title, values } = CHOICES[name];
  const chosen = document.documentElement.dataset[name] ?? "";
  return h(
    "fieldset",
    null,
    h("legend", null, title),
    Object.entries(values).map(([value, label]) =>
      h(
        "label",
        { class: "check" },
        h("input", { type: "radio", name, value, checked: value === chosen, onchange: () => choose(name, value) }),
        label,
      ),
    ),
  );
}

/**
 * @param {Choice} name
 * @param {string} value
 */
function choose(name, value) {
  if (value) document.documentElement.dataset[name] = value;
  else delete document.documentElement.dataset[name];
  try {
    if (value) localStorage.setItem(`dashboard-${name}`, value);
    else localStorage.removeItem(`dashboard-${name}`);
  } catch {
    // without storage the choice holds for this page
  }
}

patch(/** @type {HTMLElement} */ (document.getElementById("display")), [choice("theme"), choice("density")]);

window.addEventListener("integration-signed-out", () => {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
});

document.querySelector(".boards [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
