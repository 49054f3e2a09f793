// deno-lint-ignore-file no-console -- a command
/**
 * Builds the documents and the API as a site: a folder of HTML that needs neither network nor server.
 *
 *     deno task docs [--out DIR]
 *
 * DIR is `site` if it is not given; a site that is there is replaced. Exits 2 if a link leads to nothing.
 */
import { parseArgs } from "@std/cli/parse-args";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { IadnetError, UsageError } from "../lib/core/errors.ts";
import { exists } from "../lib/core/files.ts";
import { SECTIONS, writePages } from "./site.ts";
import { apiPages, writeApi } from "./site_api.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

try {
  const options = parseArgs([...Deno.args], {
    string: ["out"],
    unknown: (arg: string) => {
      throw new UsageError(`Cannot build the documents: unknown argument ${arg}`);
    },
  });
  const out = resolve(options.out || "site"), draft = `${out}.tmp`;
  if (await exists(out) && !await exists(join(out, "site.css"))) {
    throw new UsageError(`Cannot write ${out}: it exists and is no site`);
  }
  await Deno.remove(draft, { recursive: true }).catch(() => {}); // of a run that was stopped
  await Deno.mkdir(draft, { recursive: true });
  try {
    const modules = await apiPages(root), pages = await writePages(root, draft, SECTIONS, modules);
    await writeApi(root, draft);
    await Deno.remove(out, { recursive: true }).catch(() => {}); // the first time, there is none
    await Deno.rename(draft, out);
    console.log(
      `Written: ${join(out, "index.html")}, ${pages.length} pages, ${Object.keys(modules).length} modules`,
    );
  } finally {
    await Deno.remove(draft, { recursive: true }).catch(() => {}); // it is in its place
  }
} catch (error) {
  if (!(error instanceof IadnetError)) throw error;
  console.error(error.message);
  Deno.exit(error.exitCode);
}
