/** How the gallery shows things. The choices are in the address, so that a state can be linked to. */

/** @typedef {{ label: string, choices: [value: string, text: string][], apply: (value: string) => void }} Control */

const root = document.documentElement;

/** @type {Record<string, Control>} */
const CONTROLS = {
  scheme: {
    label: "Colours",
    choices: [
      ["light dark", "System"],
      ["light", "Light"],
      ["dark", "Dark"],
    ],
    apply: (value) => root.style.setProperty("color-scheme", value),
  },
  contrast: {
    label: "Contrast",
    choices: [
      ["", "Normal"],
      ["more", "High"],
    ],
    apply: (value) => root.classList.toggle("more-contrast", value === "more"),
  },
  theme: {
    label: "Theme",
    choices: [
      ["", "None"],
      ["harbour", "Harbour"],
      ["paper", "Paper"],
    ],
    apply: (value) => {
      for (const name of ["harbour", "paper"]) root.classList.toggle(`integration-theme-${name}`, name === value);
    },
  },
  dir: {
    label: "Direction",
    choices: [
      ["ltr", "Left to right"],
      ["rtl", "Right to left"],
    ],
    apply: (value) => root.setAttribute("dir", value),
  },
  lang: {
    label: "Language",
    choices: [
      ["en", "English"],
      ["de", "Deutsch"],
      ["ar", "العربية"],
      ["ja", "日本語"],
    ],
    apply: (value) => root.setAttribute("lang", value),
  },
  width: {
    label: "Width",
    choices: [
      ["320", "320 px"],
      ["160", "160 px"],
      ["240", "240 px"],
      ["480", "480 px"],
      ["900", "900 px"],
    ],
    apply: (value) => root.style.setProperty("--case-width", `${value}px`),
  },
  density: {
    label: "Density",
    choices: [
      ["", "As the theme has it"],
      ["0.6", "Close"],
      ["1", "Normal"],
      ["1.4", "Roomy"],
    ],
    apply: (value) => root.style.setProperty("--integration-density", value),
  },
  size: {
    label: "Text",
    choices: [
      ["100%", "100 %"],
      ["150%", "150 %"],
      ["200%", "200 %"],
    ],
    apply: (value) => root.style.setProperty("font-size", value),
  },
  overlay: {
    label: "Overlay",
    choices: [
      ["", "Off"],
      ["on", "On"],
    ],
    apply: () => {},
  },
};

/**
 * Fill the form, and do what the address says.
 * @param {HTMLFormElement} form
 */
export function controls(form) {
  const query = new URLSearchParams(location.search);
  for (const [name, { label, choices, apply }] of Object.entries(CONTROLS)) {
    const select = Object.assign(document.createElement("select"), { name });
    select.append(...choices.map(([value, text]) => new Option(text, value)));
    select.value = query.get(name) ?? choices[0][0];
    apply(select.value);
    const wrapped = document.createElement("label");
    wrapped.append(`${label} `, select);
    form.append(wrapped);
  }
  form.addEventListener("change", () => {
    const chosen = new URLSearchParams(location.search);
    for (const [name, value] of new FormData(form)) {
      if (value) chosen.set(name, String(value));
      else chosen.delete(name);
    }
    location.search = String(chosen);
  });
}
