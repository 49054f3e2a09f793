/** How wide text is in Helvetica and in the fonts that stand in for it, and text that fits a width. */

/** Advance widths of the signs from space to tilde, thousandths of the font size: Adobe's metrics of Helvetica. */
// deno-fmt-ignore
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 222, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
  667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 222, 556, 556, 500, 556, 556, 278, 556,
  556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/** How much wider a font may be that stands in for Helvetica: DejaVu Sans, where Arial and its copies are missing. */
const STAND_IN = 1.16;

const signs = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The signs of a text, as a reader counts them. */
function signsOf(text: string): string[] {
  return /^[ -~]*$/.test(text) ? [...text] : Array.from(signs.segment(text), ({ segment }) => segment);
}

/** Width that a text may take, points: of its longest line. A sign outside ASCII counts as wide as the font is high. */
export function textWidth(text: string, size: number): number {
  const widths = text.split("<br>").map((line) =>
    signsOf(line).reduce((sum, sign) => sum + (WIDTHS[sign.charCodeAt(0) - 32] ?? 1000), 0)
  );
  return Math.max(...widths) * STAND_IN * size / 1000;
}

/** A text that is at most so wide: its middle gives way to an ellipsis. Lines are separated by `<br>`. */
export function shorten(text: string, size: number, width: number): string {
  return text.split("<br>").map((line) => {
    if (textWidth(line, size) <= width) return line;
    const all = signsOf(line);
    for (let kept = all.length - 1; kept > 0; kept--) {
      const end = Math.floor(kept / 2),
        short = `${all.slice(0, kept - end).join("")}\u2026${all.slice(all.length - end).join("")}`;
      if (textWidth(short, size) <= width) return short;
    }
    return "\u2026";
  }).join("<br>");
}

/** Smallest size of text, points. */
export const SMALLEST = 4.5;

/** A text and the size at which it fits a width: smaller if need be, and shortened if it is too wide in the smallest size. */
export function fit(
  text: string,
  size: number,
  width: number,
): { readonly text: string; readonly size: number } {
  const own = Math.min(size, Math.max(SMALLEST, size * width / textWidth(text, size)));
  return { text: shorten(text, own, width + 0.01), size: own };
}
