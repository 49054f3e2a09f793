/** Line coverage of the report's page, which a browser runs: from V8's counts of the one script back to the modules that it was
 * joined from. */
import type { Page } from "playwright-core";
import { moduleBody } from "../../lib/report/html.ts";

const FOLDER = new URL("../../lib/report/page/", import.meta.url);
/** Where coverage goes; undefined where none is measured. */
const TARGET = Deno.env.get("DENO_COVERAGE_DIR");
/** What the names of these records end with, so that `deno coverage` leaves them alone. */
export const PAGE_RECORD = ".lcov";

/** V8's counts of one function: the first range is the function, the others are blocks in it. */
export interface FunctionCounts {
  /** Characters from the start of the script, and how often they ran. */
  readonly ranges: readonly {
    readonly startOffset: number;
    readonly endOffset: number;
    readonly count: number;
  }[];
}

/** Measure a page from now on, if coverage is measured. */
export async function watchPage(page: Page): Promise<void> {
  if (TARGET) await page.coverage.startJSCoverage({ resetOnNavigation: false });
}

/** Keep what was measured of a page. */
export async function keepPage(page: Page): Promise<void> {
  if (!TARGET) return;
  const modules = [...Deno.readDirSync(FOLDER)].filter(({ name }) => name.endsWith(".js")).map(({ name }) => {
    const { pathname } = new URL(name, FOLDER);
    return { file: pathname, text: Deno.readTextFileSync(pathname) };
  });
  for (const { source, functions } of await page.coverage.stopJSCoverage()) {
    const record = pageRecord(source ?? "", functions, modules);
    if (record) await Deno.writeTextFile(`${TARGET}/${crypto.randomUUID()}${PAGE_RECORD}`, record);
  }
}

/** The lines of the modules that a script ran, as lcov; "" if the script has none of them. */
export function pageRecord(
  script: string,
  functions: readonly FunctionCounts[],
  modules: readonly { readonly file: string; readonly text: string }[],
): string {
  const counts = new Uint32Array(script.length);
  for (const { ranges } of functions) { // each after those around it
    for (const { startOffset, endOffset, count } of ranges) counts.fill(count, startOffset, endOffset);
  }
  const records: string[] = [];
  for (const { file, text } of modules) {
    const body = moduleBody(text);
    let at = script.indexOf(body);
    if (at < 0) continue;
    const left = body.split("\n"), lines: string[] = [];
    for (const [i, line] of text.split("\n").entries()) {
      if (left[0] !== line && `export ${left[0]}` !== line) continue; // left out of the script
      const own = left.shift()!, from = at + own.search(/\S|$/);
      lines.push(`DA:${i + 1},${Math.max(0, ...counts.subarray(from, at + own.length))}`);
      at += own.length + 1;
    }
    records.push(`SF:${file}\n${lines.join("\n")}\nend_of_record\n`);
  }
  return records.join("");
}
