/** Writes figures and tables: figures as SVG, PDF and plotly JSON, tables as Markdown, LaTeX, CSV and JSON. */
import { makeFolder, writeFileAtomic } from "../core/files.ts";
import { signsMissingInPdf, toPdf } from "../plots/pdf.ts";
import { type SvgOptions, toSvg } from "../plots/svg.ts";
import type { Drawing } from "../report/paper_figures.ts";
import { advance, stage } from "./progress.ts";
import { warn } from "./stderr.ts";
import { writeTable } from "./tables.ts";

/** Write what can be drawn to a folder.
 * @returns The files. */
export async function writeDrawings(
  drawings: readonly Drawing[],
  out: string,
  options: SvgOptions = {},
): Promise<string[]> {
  await makeFolder(out);
  stage("Writing figures", 0);
  const files: string[] = [], lost = new Set<string>();
  for (const [i, drawing] of drawings.entries()) {
    const stem = `${out}/${drawing.stem}`;
    if ("table" in drawing) files.push(...await writeTable(stem, drawing.table));
    if ("figure" in drawing) {
      const { figure } = drawing;
      await writeFileAtomic(`${stem}.svg`, toSvg(figure, options));
      await writeFileAtomic(`${stem}.pdf`, await toPdf(figure, options));
      await writeFileAtomic(`${stem}.json`, `${JSON.stringify(figure)}\n`);
      files.push(...["svg", "pdf", "json"].map((ending) => `${stem}.${ending}`));
      for (const sign of signsMissingInPdf(figure, options)) lost.add(sign);
    }
    advance((i + 1) / drawings.length, drawing.name);
  }
  if (lost.size > 0) {
    warn(
      `PDF files have ? in place of ${
        [...lost].join(" ")
      }, which Helvetica lacks; the SVG files have these signs`,
    );
  }
  return files;
}

/** What could not be drawn, each with its reason. */
export function missingOf(drawings: readonly Drawing[]): (readonly [name: string, why: string])[] {
  return drawings.flatMap((drawing) => "why" in drawing ? [[drawing.name, drawing.why] as const] : []);
}
