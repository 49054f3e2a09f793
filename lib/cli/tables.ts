/** The paper's tables as files. */
import { writeFileAtomic } from "../core/files.ts";
import { renderTable } from "../experiments/tables/render_table.ts";
import type { BenchmarkTable } from "../experiments/tables/table.ts";
import { tableCsv } from "../report/table_csv.ts";

/** Write a table as Markdown, LaTeX, CSV and JSON.
 * @param stem The files without their endings. @returns The files. */
export async function writeTable(stem: string, table: BenchmarkTable): Promise<string[]> {
  const texts = {
    md: renderTable(table, "markdown"),
    tex: renderTable(table, "latex"),
    csv: tableCsv(table),
    json: renderTable(table, "json"),
  };
  const files = Object.entries(texts).map(([ending, text]) => [`${stem}.${ending}`, text] as const);
  for (const [file, text] of files) await writeFileAtomic(file, text);
  return files.map(([file]) => file);
}
