// deno-lint-ignore-file no-console -- says why a test is skipped
/** Figures as PDF: one page of the size of the SVG, with text as text and lines as lines. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { generateClip } from "../../lib/data/synthetic/mod.ts";
import {
  aurocFigure,
  distanceMapFigure,
  examplesFigure,
  type Figure,
  histogramFigure,
  rocFigure,
  signsMissingInPdf,
  toPdf,
  toSvg,
} from "../../lib/plots/mod.ts";
import { ORIGIN, randomResults } from "../support/plots_fixtures.ts";
import { parseSvg, textBoxes } from "../support/svg.ts";

const run = randomResults(0), clip = generateClip({ category: "push", seed: 0 });
const FIGURES: readonly Figure[] = [
  aurocFigure({ run }),
  rocFigure({ run, other: randomResults(1) }),
  histogramFigure(run),
  distanceMapFigure(clip, { highlight: ["head"] }),
  examplesFigure([{ training: [clip], test: [{ clip, score: -1.5 }] }], ORIGIN),
];

const latin1 = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);

/** Run a program of poppler on a file; undefined if it is not there. */
async function poppler(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, { args }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const hasPoppler = await poppler("pdfinfo", "-v").then((found) => found !== undefined, () => true);
if (!hasPoppler) console.warn("Skipped: reading PDF files with poppler (apt-get install poppler-utils)");

/** The drawing operators of a file: its streams, unpacked. */
async function operators(bytes: Uint8Array): Promise<string> {
  const text = latin1(bytes), out: string[] = [];
  for (const { index, 0: { length } } of text.matchAll(/stream\r?\n/g)) {
    if (text.slice(0, index).endsWith("end")) continue;
    const end = text.indexOf("\nendstream", index), data = bytes.slice(index + length, end);
    const plain = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
    out.push(await new Response(plain).text());
  }
  return out.join("\n");
}

Deno.test("A PDF has one page of exactly the size of the SVG, 88 or 181 mm wide, in Helvetica, and no picture", async () => {
  for (const figure of FIGURES) {
    for (const [columns, millimetres] of [[1, 88], [2, 181]] as const) {
      const pdf = await toPdf(figure, { columns }), text = latin1(pdf);
      assert(text.startsWith("%PDF-1.") && text.trimEnd().endsWith("%%EOF"));
      const pages = [...text.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
      assertEquals(pages.length, 1);
      const [width, height] = pages[0].slice(1).map(Number);
      assertAlmostEquals(width, millimetres * 72 / 25.4, 0.01);
      const [root] = parseSvg(toSvg(figure, { columns }));
      assertAlmostEquals(height * 25.4 / 72, parseFloat(root.attributes.height), 0.01);
      assertEquals([...text.matchAll(/\/BaseFont \/(\S+)/g)].map(([, font]) => font), ["Helvetica"]);
      assert(!text.includes("/Subtype /Image") && !text.includes("/FontFile"));
    }
  }
});

Deno.test("Each bar, line and text of the SVG is in the PDF, and the same figure gives the same bytes", async () => {
  for (const figure of FIGURES) {
    const pdf = await toPdf(figure), drawn = await operators(pdf), elements = parseSvg(toSvg(figure));
    const count = (...names: string[]) => elements.filter(({ name }) => names.includes(name)).length;
    const painted = drawn.match(/^(f|S|B)$/gm) ?? [];
    assertEquals(painted.length, count("rect", "line", "path", "polyline"), figure.kind);
    assertEquals((drawn.match(/^BT$/gm) ?? []).length, textBoxes(toSvg(figure)).length);
    assertEquals(await toPdf(figure), pdf);
  }
});

Deno.test({
  name: "poppler reads the size, the title and every text of a PDF",
  ignore: !hasPoppler,
  fn: async () => {
    const file = await Deno.makeTempFile({ suffix: ".pdf" });
    for (const figure of FIGURES) {
      for (const columns of [1, 2] as const) {
        await Deno.writeFile(file, await toPdf(figure, { columns }));
        const facts = (await poppler("pdfinfo", file))!, svg = toSvg(figure, { columns });
        const [, , width, height] = parseSvg(svg)[0].attributes.viewBox.split(" ").map(Number);
        assert(facts.includes(`Title:           ${figure.layout.title!.text}`), facts);
        const [, w, h] = /Page size: +([\d.]+) x ([\d.]+) pts/.exec(facts)!;
        assertAlmostEquals(Number(w), width, 0.01);
        assertAlmostEquals(Number(h), height, 0.01);
        const text = (await poppler("pdftotext", "-raw", file, "-"))!.replace(/\s+/g, " ");
        for (const box of textBoxes(svg)) {
          assert(
            text.includes(box.text.replaceAll("\u2212", "\u2013")),
            `${figure.kind} lacks ${box.text}: ${text}`,
          );
        }
      }
    }
    await Deno.remove(file);
  },
});

Deno.test("Signs that Helvetica lacks are named, and are question marks in the PDF; other signs, markup too, are kept", async () => {
  const figureOf = (category: string) => aurocFigure({ run: randomResults(0, { categories: [category] }) });
  assertEquals(signsMissingInPdf(figureOf("握手 & <b>é–€")), ["握", "手"]);
  assertEquals(signsMissingInPdf(figureOf("e\u0301")), []); // composed
  const hex = (text: string) =>
    [...text].map((sign) => sign.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  const drawn = (await operators(await toPdf(figureOf("握&<")))).replaceAll(/> -?[\d.]+ </g, "");
  assert(drawn.includes(`<${hex("?&<")}>`) || drawn.includes(hex("?&<")), drawn.slice(0, 2000));
});
