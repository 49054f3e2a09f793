/** How values show themselves as the last line of a notebook's cell. */

/** Symbol of the method that Deno's Jupyter kernel calls to display a value. */
export const JUPYTER_DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** What a value shows: a line that says what it is, and a table. */
export interface Shown {
  /** What it is. */
  readonly title: string;
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** Cells, row by row. */
  readonly rows: readonly (readonly string[])[];
}

/** A table as HTML, in which all text is escaped, and as plain text. */
export function tableOutputs({ title, columns, rows }: Shown): Record<"text/html" | "text/plain", string> {
  const line = (tag: string) => (row: readonly string[]) =>
    `<tr>${row.map((text) => `<${tag} style="text-align:left">${escapeText(text)}</${tag}>`).join("")}</tr>`;
  const widths = columns.map((name, k) => Math.max(name.length, ...rows.map((row) => row[k].length)));
  const plain = (row: readonly string[]) => row.map((text, k) => text.padEnd(widths[k])).join("  ").trimEnd();
  return {
    "text/html": `<table><caption>${escapeText(title)}</caption><thead>${line("th")(columns)}</thead><tbody>${
      rows.map(line("td")).join("")
    }</tbody></table>`,
    "text/plain": [title, ...[columns, ...rows].map(plain)].join("\n"),
  };
}

/** The value, which now shows itself in a notebook. Its own fields stay as they are. */
export function showing<T extends object>(value: T, shown: (value: T) => Shown): T {
  return Object.defineProperty(value, JUPYTER_DISPLAY, {
    value: () => tableOutputs(shown(value)),
    configurable: true,
  });
}

/** Escape text for use between tags or in an attribute. Characters that XML does not allow are removed. */
export function escapeText(text: string): string {
  const named: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/[&<>"']/g, (character) => `&${named[character]};`);
}
