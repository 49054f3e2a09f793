/** SVG as text: elements, escaped text, colours. */
import type { Line } from "../figure.ts";
import { escapeText } from "../../core/display.ts";

/** Attributes of an element. Undefined ones are omitted; numbers are rounded to a thousandth. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Font sizes, points: of tick labels, and of other text. */
export const SMALL = 6, MEDIUM = 7;

/** Colour of text and axes. */
export const INK = "#222222";

/** Points on the page per pixel of the layout. */
export const POINTS = 0.6;

/** An element. Its content is SVG and is not escaped. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes).filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? round(value) : escapeText(value!)}"`);
  return content.length === 0
    ? `<${name}${written.join("")}/>`
    : `<${name}${written.join("")}>${content.join("")}</${name}>`;
}

/** Text at a point, with lines separated by `<br>`. `hang` is the edge of the text at `y`. */
export function textAt(
  text: string,
  x: number,
  y: number,
  options: {
    readonly anchor?: "start" | "middle" | "end";
    readonly hang?: "top" | "middle" | "bottom";
    readonly size?: number;
    readonly turn?: number;
  } = {},
): string {
  const { anchor = "start", hang = "middle", size = MEDIUM, turn } = options;
  const lines = text.split("<br>"), height = 1.2 * size;
  const first = { top: 0.8, middle: 0.35, bottom: -0.2 }[hang] * size -
    { top: 0, middle: 0.5, bottom: 1 }[hang] * (lines.length - 1) * height;
  const spans = lines.map((line, k) =>
    lines.length === 1
      ? escapeText(line)
      : element("tspan", { x, y: y + first + k * height }, escapeText(line))
  );
  return element("text", {
    x,
    y: y + first,
    "text-anchor": anchor,
    "font-size": size,
    ...(turn !== undefined && { transform: `rotate(${turn} ${round(x)} ${round(y)})` }),
  }, ...spans);
}

/** Attributes for a colour. The opacity of `rgba(...)` becomes an attribute of its own, which PDF writers expect. */
export function paint(what: "fill" | "stroke", colour: string): Attributes {
  const found = /^rgba\((\d+),\s*(\d+),\s*(\d+),\s*([\d.]+)\)$/.exec(colour);
  if (!found) return { [what]: colour };
  const [r, g, b, opacity] = found.slice(1);
  return { [what]: `rgb(${r},${g},${b})`, [`${what}-opacity`]: Number(opacity) };
}

/** Attributes of a line's stroke. @param pixels Width of a line that gives none. */
export function strokeOf({ color = INK, width, dash }: Partial<Line> = {}, pixels = 2): Attributes {
  return {
    ...paint("stroke", color),
    "stroke-width": (width ?? pixels) * POINTS,
    "stroke-dasharray": dash === "dash" ? "3 2" : dash === "dot" ? "0.8 1.6" : undefined,
  };
}

function round(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
