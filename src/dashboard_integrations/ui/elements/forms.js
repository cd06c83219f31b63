/** The name under which pages import the forms: they come with the other elements. */

export * from "./elements.js";
