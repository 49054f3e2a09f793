/**
 * Tables as Markdown, LaTeX (booktabs) and JSON.
 *
 * @module
 */
import type { BenchmarkTable, MeasuredValue, TableColumn, TableRow } from "./table.ts";

/** A form of a table. */
export type TableFormat = "markdown" | "latex" | "json";

/** Categories in one block of columns, as in the paper. */
const BLOCK = 10;

/** How one format writes the parts of a table. */
interface Style {
  readonly text: (plain: string) => string;
  readonly italic: (text: string) => string;
  readonly interval: (text: string) => string;
  readonly plusMinus: string;
  readonly star: string;
  readonly minus: string;
}

const MARKDOWN: Style = {
  text: (plain) => plain.replace(/[\\`*_[\]<>|]/g, "\\$&").replace(/\s+/g, " "),
  italic: (text) => `*${text}*`,
  interval: (text) => text,
  plusMinus: "\u00b1",
  star: "\\*",
  minus: "-",
};

const LATEX_SIGNS: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  "\u00b1": "$\\pm$",
};

const LATEX: Style = {
  text: (plain) =>
    plain.replace(/[\\~^<>|\u00b1&%$#_{}]/g, (sign) => LATEX_SIGNS[sign] ?? `\\${sign}`).replace(/\s+/g, " "),
  italic: (text) => `\\textit{${text}}`,
  interval: (text) => `{\\tiny ${text}}`,
  plusMinus: "$\\pm$",
  star: "*",
  minus: "$-$",
};

/** Write a table. Many categories go into blocks of ten columns, as in the paper; the average stands last.
 *
 * @param format `markdown`, `latex` (a `table*`, for the packages booktabs and inputenc) or `json`.
 */
export function renderTable(table: BenchmarkTable, format: TableFormat): string {
  if (format === "json") return JSON.stringify(table, null, 2) + "\n";
  return format === "markdown" ? markdown(table) : latex(table);
}

function markdown(table: BenchmarkTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const blocks = blocksOf(table).flatMap((columns) => {
    const [head, ...body] = linesOf(table, columns, MARKDOWN);
    return [line(head), line(head.map((_, i) => i === 0 ? "---" : "---:")), ...body.map(line), ""];
  });
  const caption = table.caption.map(MARKDOWN.text).join(" ");
  return [`Table ${table.table}. ${MARKDOWN.text(table.title)}.`, "", ...blocks, caption, ""].join("\n");
}

function latex(table: BenchmarkTable): string {
  const blocks = blocksOf(table), width = Math.max(...blocks.map((columns) => columns.length));
  const line = (cells: readonly string[]) =>
    `${[...cells, ...Array(width + 1 - cells.length).fill("")].join(" & ")} \\\\`;
  const rows = blocks.flatMap((columns, i) => {
    const [head, ...body] = linesOf(table, columns, LATEX);
    return [...(i > 0 ? ["\\midrule"] : []), line(head), "\\midrule", ...body.map(line)];
  });
  return [
    "% Needs \\usepackage{booktabs,graphicx}",
    "\\begin{table*}[t]",
    "\\centering\\scriptsize",
    `\\caption{${LATEX.text(`${table.title}. ${table.caption.join(" ")}`)}}`,
    `\\resizebox{\\ifdim\\width>\\textwidth\\textwidth\\else\\width\\fi}{!}{\\begin{tabular}{l${
      "c".repeat(width)
    }}`,
    "\\toprule",
    ...rows,
    "\\bottomrule",
    "\\end{tabular}}",
    "\\end{table*}",
    "",
  ].join("\n");
}

/** Indices of the columns of each block; the last column, an average, joins the last block. */
function blocksOf({ columns }: BenchmarkTable): number[][] {
  const blocks: number[][] = [];
  columns.forEach(({ key }, i) => {
    const last = blocks[blocks.length - 1];
    if (last && (last.length < BLOCK || key === "average")) last.push(i);
    else blocks.push([i]);
  });
  return blocks;
}

/** Head and body of one block; the paper's figures in a row below ours. */
function linesOf(
  { stub, columns, rows }: BenchmarkTable,
  block: readonly number[],
  style: Style,
): string[][] {
  const lines = [[style.text(stub), ...block.map((i) => style.text(columns[i].head))]];
  for (const row of rows) {
    lines.push([rowName(row, style), ...block.map((i) => valueText(row.figures[i], columns[i], style))]);
    if (row.paper) {
      const figures = block.map((i) => {
        const value = row.paper![i];
        return value === null ? "-" : style.italic(numberText(value, columns[i], style));
      });
      lines.push([style.italic(`${style.text(row.method)}, paper`), ...figures]);
    }
  }
  return lines;
}

function rowName({ method, note, chosenByLabels, figures }: TableRow, style: Style): string {
  const seeds = Math.max(...figures.map((figure) => figure?.seeds ?? 0));
  const said = [...(note ? [note] : []), ...(seeds > 0 ? [`${seeds} seed${seeds > 1 ? "s" : ""}`] : [])];
  return style.text(method) + (chosenByLabels ? ` ${style.star}` : "") +
    (said.length > 0 ? ` (${style.text(said.join(", "))})` : "");
}

function valueText(measured: MeasuredValue | null, column: TableColumn, style: Style): string {
  if (!measured) return "-";
  const { value, ci, seedSd } = measured;
  const spread = seedSd === undefined ? "" : ` ${style.plusMinus} ${seedSd.toFixed(column.digits)}`;
  const range = ci
    ? ` ${style.interval(`[${ci.map((end) => numberText(end, column, style)).join(", ")}]`)}`
    : "";
  return numberText(value, column, style) + spread + range;
}

/** A number to its column's decimals; a gain has its sign. */
function numberText(value: number, { key, digits }: TableColumn, style: Style): string {
  const text = Math.abs(value).toFixed(digits), zero = Number(text) === 0;
  return (value < 0 && !zero ? style.minus : key === "gain" && !zero ? "+" : "") + text;
}
