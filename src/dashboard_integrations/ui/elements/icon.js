/** The icon of an integration: a picture of the host's, or a monogram. Nothing is fetched from another site by itself. */

import { css, IntegrationElement } from "./base.js";
import { h } from "./render.js";

/** @typedef {(slug: string) => string | null | undefined} IconSource */

/** @type {IconSource} */
let source = () => null;

/**
 * Say where pictures are: a mapping from slugs to addresses, or a function that returns one.
 * @param {Record<string, string> | IconSource} icons
 */
export function mapIcons(icons) {
  source = typeof icons === "function" ? icons : (slug) => (Object.hasOwn(icons, slug) ? icons[slug] : null);
}

const styles = css`
  :host { display: inline-block; inline-size: 1.75em; block-size: 1.75em; flex: none; line-height: 1; }
  img, span { display: grid; place-items: center; inline-size: 100%; block-size: 100%; border-radius: 25%; }
  img { object-fit: contain; }
  span {
    color: light-dark(oklch(0.4 0.12 var(--_hue)), oklch(0.88 0.08 var(--_hue)));
    background: light-dark(oklch(0.93 0.045 var(--_hue)), oklch(0.37 0.07 var(--_hue)));
    font-weight: 650;
  }
  b { font: inherit; font-size: 0.8em; }
`;

/** `<integration-icon slug label>`: decoration beside a name, so assistive technology passes it by. */
export class IconElement extends IntegrationElement {
  static styles = [styles];
  static observedAttributes = ["slug", "label"];

  #broken = "";

  render() {
    const slug = this.getAttribute("slug") ?? "";
    const url = slug && source(slug);
    if (url && url !== this.#broken) {
      return h("img::picture", { src: url, alt: "", loading: "lazy", onerror: () => this.#replace(url) });
    }
    const label = this.getAttribute("label") || slug || "?";
    const style = { "--_hue": hue(slug || label) };
    return h("span::monogram", { "aria-hidden": "true", style }, h("b", null, monogram(label)));
  }

  /** @param {string} url */
  #replace(url) {
    this.#broken = url;
    this.requestUpdate();
  }
}

/** @param {string} label */
function monogram(label) {
  const words = label.trim().split(/[\s_-]+/u);
  const letters = words.slice(0, 2).map((word) => [...word][0]);
  return letters.join("").toLocaleUpperCase();
}

/** @param {string} text */
function hue(text) {
  let sum = 7;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 36_000;
  return (sum % 36) * 10;
}
