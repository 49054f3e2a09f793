// @ts-check
/// <reference lib="dom" />

/** Attributes, and listeners as functions under names such as `onclick`.
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

/** Attributes and children of an element. Strings become text, never HTML.
 * @typedef {(Attributes | Node | string | null)[]} Content */

/** The element that a tag with classes, such as `p.muted`, stands for.
 * @template {string} T
 * @typedef {T extends `${infer Name extends keyof HTMLElementTagNameMap}.${string}` ? HTMLElementTagNameMap[Name]
 *   : T extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[T] : HTMLElement} ElementOf */

/** @param {Element} element @param {string[]} classes @param {Content} content */
function fill(element, classes, content) {
  if (classes.length > 0) element.setAttribute("class", classes.join(" "));
  for (const item of content) {
    if (typeof item === "string" || item instanceof Node) {
      element.append(item);
      continue;
    }
    for (const [name, value] of Object.entries(item ?? {})) {
      if (typeof value === "function") element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) {
        element.setAttribute(name, String(value));
      }
    }
  }
}

/** Create an HTML element from a tag with classes, such as `p.muted`.
 *
 * @template {string} T @param {T} tag @param {Content} content @returns {ElementOf<T>} */
export function h(tag, ...content) {
  const [name, ...classes] = tag.split("."), element = document.createElement(name);
  fill(element, classes, content);
  return /** @type {ElementOf<T>} */ (element);
}

/** What is wide, in a box that scrolls, also by keyboard.
 *
 * @param {string} label What it holds, for screen readers. @param {Node} content */
export function scrolled(label, content) {
  return h("div.scroll", { tabindex: "0", role: "region", "aria-label": label }, content);
}

/** Create an SVG element from a tag with classes, such as `line.axis`.
 *
 * @param {string} tag @param {Content} content @returns {SVGElement} */
export function s(tag, ...content) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  fill(element, classes, content);
  return /** @type {SVGElement} */ (element);
}

/** Names and values, for a `dl`.
 *
 * @param {[name: string, value: string][]} pairs */
export function facts(pairs) {
  return pairs.map(([name, value]) => h("div", h("dt", name), h("dd", value)));
}

/** Entry of a legend.
 *
 * @param {string} kind Class of its swatch. @param {string} text */
export function swatch(kind, text) {
  return h("span", h(`i.swatch.${kind}`), text);
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
  const { dataset } = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  const set = (/** @type {boolean} */ isDark) => {
    dataset.theme = isDark ? "dark" : "light";
    button.textContent = isDark ? "Light theme" : "Dark theme";
    onChange();
  };
  const button = h("button.quiet", { onclick: () => set(dataset.theme !== "dark") });
  set(dark.matches);
  dark.addEventListener("change", () => set(dark.matches));
  return button;
}

/** Let the reader keep a text as a file.
 *
 * @param {string} name @param {string} text */
export function saveText(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
