/** Tables as Markdown, LaTeX (booktabs) and JSON. */
import type { BenchmarkTable, MeasuredValue, TableColumn, TableRow } from "./table.ts";

/** Columns in one block, as in the paper. */
const BLOCK = 10;

/** Markup of one format. */
type Style = typeof MARKDOWN;

const MARKDOWN = {
  text: (plain: string) => plain.replace(/[\\`*_[\]<>|]/g, "\\$&").replace(/\s+/g, " "),
  italic: (text: string) => `*${text}*`,
  interval: (text: string) => text,
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

/** Render a table. More than ten columns are split into blocks of ten, as in the paper; the average comes last.
 * @param format `markdown`, `latex` (a `table*`, for the packages booktabs and inputenc) or `json`. */
export function renderTable(table: BenchmarkTable, format: "markdown" | "latex" | "json"): string {
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
  const centred = "c".repeat(width);
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
    `\\resizebox{\\ifdim\\width>\\textwidth\\textwidth\\else\\width\\fi}{!}{\\begin{tabular}{l${centred}}`,
    "\\toprule",
    ...rows,
    "\\bottomrule",
    "\\end{tabular}}",
    "\\end{table*}",
    "",
  ].join("\n");
}

/** Column indices of each block; an average joins the last block. */
function blocksOf({ columns }: BenchmarkTable): number[][] {
  const blocks: number[][] = [];
  columns.forEach(({ key }, i) => {
    const last = blocks[blocks.length - 1];
    if (last && (last.length < BLOCK || key === "average")) last.push(i);
    else blocks.push([i]);
  });
  return blocks;
}

/** Head and body of one block, with the paper's figures in a row below ours. */
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
  const remarks = [note, seeds > 1 ? `${seeds} seeds` : seeds === 1 ? "1 seed" : ""].filter(Boolean).join(
    ", ",
  );
  const star = chosenByLabels ? ` ${style.star}` : "";
  return style.text(method) + star + (remarks && ` (${style.text(remarks)})`);
}

function valueText(measured: MeasuredValue | null, column: TableColumn, style: Style): string {
  if (!measured) return "-";
  const { value, ci, seedSd } = measured, number = (value: number) => numberText(value, column, style);
  const sd = seedSd === undefined ? "" : ` ${style.plusMinus} ${seedSd.toFixed(column.digits)}`;
  return number(value) + sd + (ci ? ` ${style.interval(`[${ci.map(number).join(", ")}]`)}` : "");
}

/** A number with its column's decimals; a gain has its sign. */
function numberText(value: number, { key, digits }: TableColumn, style: Style): string {
  const text = Math.abs(value).toFixed(digits), zero = Number(text) === 0;
  return (value < 0 && !zero ? style.minus : key === "gain" && !zero ? "+" : "") + text;
}
