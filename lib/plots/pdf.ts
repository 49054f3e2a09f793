/** Figures as PDF for print: the lines, colours and text of their SVG on one page of the same size, drawn by pdfkit.
 *
 * Text is set in Helvetica, one of the fonts that every PDF reader has. It has the signs of Western European languages alone;
 * {@linkcode signsMissingInPdf} says which others a figure has. `svg-to-pdfkit` was tried: it cuts off what is drawn half
 * transparent, and drops signs without a word. */
// @ts-types="@types/pdfkit"
import type Document from "pdfkit";
import type { Figure } from "./figure.ts";
import { type SvgOptions, toSvg } from "./svg.ts";

/** A page that is drawn on. */
type Page = InstanceType<typeof Document>;

/** An element of an SVG. */
interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}

/** The signs that Helvetica has in a PDF, besides those of Latin-1. */
const OTHERS = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";

/** Whether Helvetica has a sign in a PDF. */
function hasSign(sign: string): boolean {
  return /^[\x20-\x7e\xa0-\xff]$/.test(sign) || OTHERS.includes(sign);
}

/** A text in the signs of Helvetica: a minus is an en dash, a sign that is missing a question mark. */
function inHelvetica(text: string): string {
  return [...text.normalize("NFC").replaceAll("\u2212", "\u2013")].map((sign) => hasSign(sign) ? sign : "?")
    .join("");
}

/** Signs of a figure's text that its PDF cannot show, and shows as question marks; the SVG has them.
 * @example
 * ```ts
 * import { signsMissingInPdf } from "@lab/iadnet/plots";
 * import { clipFigure } from "@lab/iadnet/plots";
 * import { generateClip } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * assertEquals(signsMissingInPdf(clipFigure(generateClip({ category: "hug", seed: 0 }))), []);
 * ```
 */
export function signsMissingInPdf(figure: Figure, options: SvgOptions = {}): string[] {
  const texts: string[] = [];
  const visit = ({ name, text, children }: Node) => {
    if (name === "text" || name === "tspan") texts.push(text.normalize("NFC").replaceAll("\u2212", "-"));
    children.forEach(visit);
  };
  visit(parse(toSvg(figure, options)));
  return [...new Set(texts.flatMap((text) => [...text]))].filter((sign) => !hasSign(sign));
}

/** Draw a figure as a PDF file of one page, which is as large as its SVG. The same figure gives the same bytes.
 * @example
 * ```ts
 * import { toPdf } from "@lab/iadnet/plots";
 * import { clipFigure } from "@lab/iadnet/plots";
 * import { generateClip } from "@lab/iadnet/data";
 * import { assert } from "@std/assert";
 * const pdf = await toPdf(clipFigure(generateClip({ category: "hug", seed: 0 })), { columns: 1 });
 * assert(new TextDecoder().decode(pdf.slice(0, 8)).startsWith("%PDF-1."));
 * ```
 */
export async function toPdf(figure: Figure, options: SvgOptions = {}): Promise<Uint8Array> {
  const svg = parse(toSvg(figure, options)), [, , width, height] = numbers(svg.attributes.viewBox);
  // @ts-types="@types/pdfkit"
  const { default: Document } = await import("pdfkit"); // only where a PDF is written
  const info = {
    Title: figure.layout.title?.text ?? figure.kind,
    Subject: figure.caption,
    Creator: "@lab/iadnet",
    CreationDate: new Date(0), // so that the bytes are those of the figure
  };
  const page = new Document({ size: [width, height], margin: 0, info }), parts: Uint8Array[] = [];
  page.on("data", (part: Uint8Array) => parts.push(part));
  const ended = new Promise((resolve) => page.on("end", resolve));
  page.font("Helvetica");
  for (const child of svg.children) {
    draw(page, child, { fill: svg.attributes.fill, opacity: 1, isCrisp: false });
  }
  page.end();
  await ended;
  return await new Blob(parts as BlobPart[]).bytes();
}

/** What an element takes from those that it is in. */
interface Look {
  readonly fill: string;
  readonly opacity: number;
  /** Whether rectangles lie side by side without a seam. */
  readonly isCrisp: boolean;
}

/** How much rectangles without a seam overlap, points. */
const SEAM = 0.05;

function draw(page: Page, node: Node, above: Look): void {
  const { name, attributes: own, children } = node, number = (key: string) => Number(own[key] ?? 0);
  const opacity = above.opacity * Number(own.opacity ?? 1), fill = own.fill ?? above.fill;
  const isCrisp = above.isCrisp || own["shape-rendering"] === "crispEdges";
  if (name === "g") { for (const child of children) draw(page, child, { fill, opacity, isCrisp }); }
  if (name === "title" || name === "desc" || name === "g") return;
  page.save();
  transform(page, own.transform);
  page.fillOpacity(opacity * Number(own["fill-opacity"] ?? 1));
  if (name === "text") drawText(page, node, fill);
  else {
    if (name === "path") page.path(own.d);
    else if (name === "line") page.moveTo(number("x1"), number("y1")).lineTo(number("x2"), number("y2"));
    else if (name === "polyline") page.path(`M${own.points.replaceAll(" ", "L")}`);
    else {page.rect(
        number("x"),
        number("y"),
        number("width") + (isCrisp ? SEAM : 0),
        number("height") + (isCrisp ? SEAM : 0),
      );}
    paint(page, own, opacity);
  }
  page.restore();
}

/** Fill and stroke the path that has been drawn. */
function paint(page: Page, own: Node["attributes"], opacity: number): void {
  const fill = own.fill === undefined || own.fill === "none" ? undefined : colourOf(own.fill);
  if (!own.stroke) {
    if (fill) page.fill(fill);
    return;
  }
  page.strokeOpacity(opacity * Number(own["stroke-opacity"] ?? 1)).lineWidth(
    Number(own["stroke-width"] ?? 1),
  );
  if (own["stroke-linecap"] === "round") page.lineCap("round");
  if (own["stroke-linejoin"] === "round") page.lineJoin("round");
  if (own["stroke-dasharray"]) {
    const [length, space] = numbers(own["stroke-dasharray"]);
    page.dash(length, { space });
  }
  if (fill) page.fillAndStroke(fill, colourOf(own.stroke));
  else page.stroke(colourOf(own.stroke));
}

/** Draw a text, or each of its lines. */
function drawText(page: Page, { attributes, children, text }: Node, fill: string): void {
  page.fontSize(Number(attributes["font-size"])).fillColor(colourOf(fill));
  for (const line of children.length > 0 ? children : [{ attributes, text }]) {
    const shown = inHelvetica(line.text), [x, y] = [Number(line.attributes.x), Number(line.attributes.y)];
    const before = { start: 0, middle: 0.5, end: 1 }[attributes["text-anchor"]] ?? 0;
    page.text(shown, x - before * page.widthOfString(shown), y, { lineBreak: false, baseline: "alphabetic" });
  }
}

/** Apply the transformations that our SVG has: rotation about a point, or a move and a scale. */
function transform(page: Page, text = ""): void {
  for (const [, name, inside] of text.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [a, b = a, c = 0] = numbers(inside);
    if (name === "rotate") page.rotate(a, { origin: [b, c] });
    else if (name === "translate") page.translate(a, b);
    else page.scale(a, b);
  }
}

/** A colour as pdfkit takes it: `#rrggbb` as it is, `rgb(r, g, b)` as a list. */
function colourOf(text: string): string | [number, number, number] {
  const [, r, g, b] = /^rgb\((\d+), ?(\d+), ?(\d+)\)$/.exec(text) ?? [];
  return r === undefined ? text : [Number(r), Number(g), Number(b)];
}

function numbers(text: string): number[] {
  return text.trim().split(/[\s,]+/).map(Number);
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => NAMED[name]);
}

/** The root of an SVG that `toSvg` wrote. */
function parse(svg: string): Node {
  const node = (name: string): Node => ({ name, attributes: {}, children: [], text: "" });
  const open = [node("document")];
  for (
    const [, closing, name, attributes, empty, text] of svg.matchAll(/<(\/?)(\w+)([^>]*?)(\/?)>([^<]*)/g)
  ) {
    if (closing) open.pop();
    else {
      const pairs = [...attributes.matchAll(/ ([\w-]+)="([^"]*)"/g)].map((
        [, key, value],
      ) => [key, unescape(value)]);
      const child = { ...node(name), attributes: Object.fromEntries(pairs), text: unescape(text) };
      open.at(-1)!.children.push(child);
      if (!empty) open.push(child);
    }
  }
  return open[0].children[0];
}
