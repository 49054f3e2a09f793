/** What an SVG of a figure holds: its elements, and the boxes of its text. */
import { assert, assertEquals } from "@std/assert";
// @ts-types="@types/pdfkit"
import Document from "pdfkit";

/** An element with its attributes and the text directly in it. */
export interface SvgElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** The elements of an SVG in order, with their attributes; throws if tags do not match. */
export function parseSvg(svg: string): SvgElement[] {
  const open: string[] = [], out: SvgElement[] = [];
  let rest = svg;
  while (rest) {
    const tag = /^<(\/?)([a-z]+)((?: [\w:-]+="[^"<&]*(?:&(?:amp|lt|gt|quot|apos);[^"<&]*)*")*)(\/?)>/.exec(
      rest,
    );
    if (tag) {
      const [all, closing, name, attributes, empty] = tag;
      if (closing) assertEquals(open.pop(), name);
      else {
        const pairs = [...attributes.matchAll(/ ([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]);
        out.push({ name, attributes: Object.fromEntries(pairs), text: "" });
        if (!empty) open.push(name);
      }
      rest = rest.slice(all.length);
    } else {
      const text = /^(?:[^<&]|&(?:amp|lt|gt|quot|apos);)+/.exec(rest);
      assert(text, `not well formed: ${rest.slice(0, 60)}`);
      out.at(-1)!.text += text[0];
      rest = rest.slice(text[0].length);
    }
  }
  assertEquals(open, []);
  return out;
}

/** A rectangle on the page, points. */
export interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const page = new Document().font("Helvetica");

/** Boxes of all lines of text, by the widths, ascenders and descenders that Adobe gives for Helvetica. */
export function textBoxes(svg: string): TextBox[] {
  const out: TextBox[] = [];
  let parent: SvgElement["attributes"] = {};
  for (const { name, attributes, text } of parseSvg(svg)) {
    if (name === "text") parent = attributes;
    if (!["text", "tspan"].includes(name) || text.trim() === "") continue;
    const size = Number(parent["font-size"]), x = Number(attributes.x), y = Number(attributes.y);
    const named = text.replace(/&(amp|lt|gt|quot|apos);/g, "&").replaceAll("\u2212", "\u2013");
    const width = page.fontSize(size).widthOfString(named);
    const left = x - { start: 0, middle: 0.5, end: 1 }[parent["text-anchor"]]! * width;
    const box = { text, left, right: left + width, top: y - 0.718 * size, bottom: y + 0.207 * size };
    const [, turn, cx, cy] = /^rotate\((\S+) (\S+) (\S+)\)$/.exec(parent.transform ?? "") ?? [];
    if (turn === undefined) out.push(box);
    else {
      assertEquals(turn, "-90");
      const [h, v] = [Number(cx), Number(cy)]; // (x, y) goes to (h + y - v, v - x + h)
      out.push({
        text,
        left: h + box.top - v,
        right: h + box.bottom - v,
        top: v - box.right + h,
        bottom: v - box.left + h,
      });
    }
  }
  return out;
}

/** Pairs of texts that overlap, and texts that leave the page. */
export function textFaults(svg: string): string[] {
  const boxes = textBoxes(svg), [root] = parseSvg(svg), faults: string[] = [];
  const [, , width, height] = root.attributes.viewBox.split(" ").map(Number);
  for (const [i, box] of boxes.entries()) {
    if (box.left < 0 || box.right > width || box.top < 0 || box.bottom > height) {
      faults.push(`${box.text} leaves the page`);
    }
    for (const other of boxes.slice(0, i)) {
      const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
      const up = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      if (across > 0 && up > 0) faults.push(`${other.text} overlaps ${box.text}`);
    }
  }
  return faults;
}
