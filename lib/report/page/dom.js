// @ts-check
/// <reference lib="dom" />

/** Attributes, and listeners as functions under names such as `onclick`.
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

/** @param {Element} element @param {Attributes} attributes @param {readonly (Node | string | null)[]} children */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  for (const child of children) if (child !== null) element.append(child);
}

/** Create an HTML element. Strings among the children become text, never HTML.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Attributes} [attributes] @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[K]} */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** Create an SVG element.
 *
 * @param {string} tag @param {Attributes} [attributes] @param {...(Node | string | null)} children
 * @returns {SVGElement} */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  fill(element, attributes, children);
  return /** @type {SVGElement} */ (element);
}

/** Place an element along a horizontal scale, in per cent.
 *
 * @template {HTMLElement} T @param {T} element @param {number} left @param {number} [width] @returns {T} */
export function place(element, left, width) {
  element.style.left = `${left}%`;
  if (width !== undefined) element.style.width = `${width}%`;
  return element;
}

/** Whether the reader prefers reduced motion. */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Apply the system's theme and create the button that changes it. `onChange` is called after each change.
 *
 * @param {() => void} onChange */
export function themeButton(onChange) {
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  const button = h("button", { type: "button", class: "quiet", onclick: () => set(next()) });
  const next = () => root.dataset.theme === "dark" ? "light" : "dark";
  /** @param {string} theme */
  const set = (theme) => {
    root.dataset.theme = theme;
    button.textContent = theme === "dark" ? "Light theme" : "Dark theme";
    onChange();
  };
  set(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => set(dark.matches ? "dark" : "light"));
  return button;
}

/** Value of a colour of the style sheet, such as `ink`.
 *
 * @param {string} name */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
