/**
 * The API as pages of the site, by `deno doc --html`.
 *
 * @module
 */
import { join } from "node:path";
import { IadnetError } from "../lib/core/errors.ts";

/** Folder of the API's pages. */
const FOLDER = "api";

/** The page of each module that others can import, by its name, in the order of deno.json.
 * @param root Folder of the repository. */
export async function apiPages(root: string): Promise<Record<string, string>> {
  const names = Object.keys((await readConfig(root)).exports);
  return Object.fromEntries(names.map((name) => [
    `@lab/iadnet${name.slice(1)}`,
    `${FOLDER}${name.slice(1)}/index.html`,
  ]));
}

/** Write the pages of the API. They need no network; scripts serve their search and their dark colours alone.
 * @param root Folder of the repository. @param out Folder of the site.
 * @throws {IadnetError} If `deno doc` fails. */
export async function writeApi(root: string, out: string): Promise<void> {
  const files = Object.values((await readConfig(root)).exports);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--html", "--name=@lab/iadnet", `--output=${join(out, FOLDER)}`, ...files],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new IadnetError(`Cannot document the API: ${new TextDecoder().decode(stderr).trim()}`);
  const folder = join(out, FOLDER);
  await adaptPages(folder, "../");
  await Deno.writeTextFile(join(folder, "page.css"), NARROW, { append: true });
}

/** What the pages of `deno doc` lack on a phone. */
const NARROW = `
@media (max-width: 40rem) {
  #topnav { height: auto; position: static; }
  #topnav > div { flex-wrap: wrap; gap: 0.5rem; height: auto; }
  #topnav .breadcrumbs { word-break: normal; }
}
`;

async function readConfig(root: string): Promise<{ readonly exports: Readonly<Record<string, string>> }> {
  return JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
}

/** Give all pages of a folder a link to the documents, links that a browser can follow without a server, none to files of this machine,
 * and the names by which modules are imported.
 * @param up Path to the folder of the site. */
async function adaptPages(folder: string, up: string): Promise<void> {
  const documents = `<li><a href="${up}index.html" class="contextLink">Documents</a></li><span>/</span>`;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await adaptPages(path, `../${up}`);
    else if (name.endsWith(".html")) {
      const text = await Deno.readTextFile(path);
      const adapted = text.replaceAll(/<a\s+class="sourceButton"\s+href="file:.*?<\/a>/gs, "")
        .replaceAll(/href="((?:\.{1,2}&#x2F;)*)"/g, 'href="$1index.html"')
        .replaceAll(/(import [^;]* from &quot;)(\w+&quot;;)/g, "$1@lab/iadnet/$2")
        .replaceAll(/(import [^;]* from &quot;)\.(&quot;;)/g, "$1@lab/iadnet$2")
        .replace('<ul class="breadcrumbs">', `$&${documents}`);
      await Deno.writeTextFile(path, adapted);
    }
  }
}
