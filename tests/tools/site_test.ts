/** The site of the documents: built whole, once, and looked at as files and in a browser. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BROWSER, openPage, withBrowser } from "../support/browser.ts";
import { copyRepository } from "../support/copy_repository.ts";
import { exists } from "../../lib/core/files.ts";
import { pageOf, SECTIONS, writePages } from "../../tools/site.ts";
import { DataError } from "../../lib/core/errors.ts";
import { withFolder } from "../support/data_fixtures.ts";
import config from "../../deno.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url).pathname;
const folder = await Deno.makeTempDir(), SITE = `${folder}/site`;
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const build = async (root: string, ...args: string[]) => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "docs", ...args],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
};
const built = await build(ROOT, "--out", SITE);

/** Texts of all pages, by their paths below the site. */
const PAGES = new Map<string, string>();
async function collect(below: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(SITE + below)) {
    if (isDirectory) await collect(`${below}/${name}`);
    else if (name.endsWith(".html")) {
      PAGES.set(`${below}/${name}`, await Deno.readTextFile(`${SITE}${below}/${name}`));
    }
  }
}
if (built.code === 0) await collect("");

const decoded = (text: string) =>
  text.replaceAll("&#x2F;", "/").replaceAll("&amp;", "&").replaceAll("&quot;", '"');
const linksOf = (text: string) =>
  [...text.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, link]) => decoded(link));
const documents = SECTIONS.flatMap((section) => section.documents);

Deno.test("The site has a page for each document of the list, for each in docs/, and for each entry module", async () => {
  assertEquals(built.code, 0, built.err);
  assertStringIncludes(built.out, `${documents.length} pages, ${Object.keys(config.exports).length} modules`);
  for (const document of documents) assert(PAGES.has(`/${pageOf(document)}`), document);
  for await (const { name } of Deno.readDir(`${ROOT}docs`)) assert(documents.includes(`docs/${name}`), name);
  for (const name of Object.keys(config.exports)) assert(PAGES.has(`/api${name.slice(1)}/index.html`), name);
  const pages = ["start", "your-data", "notebooks", "engine", "benchmark", "stream", "onnx"];
  for (const page of pages) assert(PAGES.has(`/${page}.html`), page);
});

Deno.test("Every link of the site leads to a file of it, and to a heading that is there", async () => {
  const files = new Set<string>();
  let count = 0;
  for (const [page, text] of PAGES) {
    for (const link of linksOf(text)) {
      if (/^[a-z]+:/.test(link)) {
        assert(/^https?:/.test(link), `${page}: ${link}`);
        continue;
      }
      const { pathname, hash } = new URL(link, `http://site${page}`), path = decodeURIComponent(pathname);
      count++;
      files.add(path);
      if (hash === "" || page.startsWith("/api/")) continue;
      assert(PAGES.get(path)?.includes(` id="${hash.slice(1)}"`), `${page}: ${link}`);
    }
  }
  assert(count > 10_000);
  for (const path of files) assert((await Deno.stat(SITE + path)).isFile, path);
});

Deno.test("All pages have one navigation; names of documents and modules in the text are links", () => {
  const navigation = (text: string) => linksOf(text.slice(text.indexOf("<nav")));
  const own = [...PAGES].filter(([page]) => !page.startsWith("/api/"));
  assertEquals(own.length, documents.length);
  const expected = navigation(PAGES.get("/index.html")!);
  assertEquals(expected.length, documents.length + Object.keys(config.exports).length);
  for (const [page, text] of own) assertEquals(navigation(text), expected, page);
  for (const [, text] of own) assert(!text.includes("<script"));
  assertStringIncludes(
    PAGES.get("/index.html")!,
    '<a href="api/data/index.html"><code>@lab/iadnet/data</code></a>',
  );
  assertStringIncludes(
    PAGES.get("/architecture.html")!,
    '<a href="custom-detectors.html"><code>docs/custom-detectors.md',
  );
  assertStringIncludes(
    PAGES.get("/api/data/~/Clip.html")!,
    '<a href="../../../index.html" class="contextLink">Documents</a>',
  );
  assertStringIncludes(PAGES.get("/api/data/~/Clip.html")!, "from &quot;@lab/iadnet/data&quot;");
  assertStringIncludes(PAGES.get("/api/~/IADNet.html")!, "{ IADNet } from &quot;@lab/iadnet&quot;");
});

Deno.test({
  name: `Pages fit a phone, are dark where the reader's system is, and ask for nothing from elsewhere${
    BROWSER ? "" : " (needs chromium)"
  }`,
  ignore: !BROWSER,
  fn: () =>
    withBrowser(async (browser) => {
      const colours: string[] = [];
      for (const name of ["index.html", "onnx.html", "results.html", "api/data/index.html"]) {
        for (const dark of [false, true]) {
          const { page, errors, requests } = await openPage(browser, `file://${SITE}/${name}`, {
            width: 375,
            dark,
          });
          const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
          const colour = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
          assert(wide <= 375, `${name}: ${wide}`);
          if (!name.startsWith("api/")) colours.push(colour);
          assertEquals(errors, []);
          assertEquals(requests.filter((address) => !address.startsWith(`file://${SITE}/`)), []);
        }
      }
      assertEquals(new Set(colours).size, 2);
    }),
});

Deno.test("A link that leads to nothing ends deno task docs with exit code 2, its document and itself", async () => {
  const copy = `${folder}/copy`;
  await copyRepository(copy);
  await Deno.writeTextFile(`${copy}/docs/start.md`, "\n[a](nowhere.md) [b](your-data.md#nothing)\n", {
    append: true,
  });
  const { code, err } = await build(copy);
  assertEquals(code, 2, err);
  assertEquals(
    err.trim(),
    "Cannot link docs/start.md to nowhere.md: no such page or heading\n" +
      "Cannot link docs/start.md to your-data.md#nothing: no such page or heading",
  );
  assert(!await exists(`${copy}/site`));
});

Deno.test("A folder that is no site is not replaced, and unknown arguments are refused", async () => {
  await Deno.mkdir(`${folder}/mine`);
  for (
    const [args, message] of [
      [["--out", `${folder}/mine`], "it exists and is no site"],
      [["--ou", "x"], "unknown argument --ou"],
    ] as const
  ) {
    const { code, err } = await build(ROOT, ...args);
    assertEquals(code, 2, err);
    assertStringIncludes(err, message);
  }
});

Deno.test("Links, headings and marks of a small document", () =>
  withFolder({
    "README.md":
      "# One <b>\n\n## A `b` & c\n\n## A b & c\n\n[x](docs/A_B.md#two-1) [y](#a-b--c-1) `docs/A_B.md` `<i>` <b>\n",
    "docs/A_B.md": "# Title\n\n# Two\n\n# Two\n\n# Step 1\n\n> # Step\n\n# Step 1\n\n" +
      "[up](../README.md) ![z](https://a.b/c.png)\n",
    "out/x": "",
  }, async (root) => {
    const sections = [{ title: "All", documents: ["README.md", "docs/A_B.md"] }];
    assertEquals(await writePages(root, `${root}/out`, sections, {}), ["index.html", "a-b.html"]);
    const text = await Deno.readTextFile(`${root}/out/index.html`);
    for (
      const part of [
        '<a href="a-b.html#two-1">x</a> <a href="#a-b--c-1">y</a> <a href="a-b.html"><code>docs/A_B.md</code></a>',
        "<code>&lt;i&gt;</code> &lt;b&gt;",
        '<h2 id="a-b--c">',
        '<h2 id="a-b--c-1">',
      ]
    ) assertStringIncludes(text, part);
    const other = await Deno.readTextFile(`${root}/out/a-b.html`);
    assertStringIncludes(other, '<a href="index.html">up</a>');
    const names = ["title", "two", "two-1", "step-1", "step", "step-1-1"];
    assertEquals([...other.matchAll(/<h1 id="([^"]*)"/g)].map(([, name]) => name), names);
    await Deno.writeTextFile(`${root}/README.md`, "No title\n");
    const error = await writePages(root, `${root}/out`, sections, {}).catch((error) => error);
    assert(error instanceof DataError && error.file === "README.md", error);
  }));
