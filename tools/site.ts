/**
 * The documents as a site: each Markdown file a page of plain HTML, with links between them and to the API.
 *
 * @module
 */
import { join, posix } from "node:path";
import { Marked, type Token, type Tokens } from "marked";
import { DataError } from "../lib/core/errors.ts";

/** Documents under one heading of the navigation. */
export interface Section {
  readonly title: string;
  /** Paths below the root. */
  readonly documents: readonly string[];
}

/** All documents, in the order of the navigation. */
export const SECTIONS: readonly Section[] = [
  {
    title: "Use it",
    documents: [
      "README.md",
      "docs/start.md",
      "docs/your-data.md",
      "notebooks/README.md",
      "lib/engine/README.md",
      "docs/benchmark.md",
      "docs/stream.md",
      "docs/onnx.md",
      "docs/custom-detectors.md",
    ],
  },
  {
    title: "Data sets",
    documents: ["README.md", "sbu/README.md", "interx/README.md", "ntu120/README.md", "pkummd/README.md"]
      .map((file) => `data/${file}`),
  },
  {
    title: "What to expect",
    documents: ["RESULTS.md", "MODEL_CARD.md", "FEATURES.md", "ASSUMPTIONS.md", "SECURITY.md"]
      .map((file) => `docs/${file}`),
  },
  { title: "Development", documents: ["docs/architecture.md", "CONTRIBUTING.md", "CHANGELOG.md"] },
];

/** A document, read. */
interface Page {
  readonly document: string;
  readonly title: string;
  readonly tokens: Token[];
  /** Names of its headings, in order. */
  readonly anchors: readonly string[];
}

/** What links can lead to. */
interface Targets {
  /** Pages by their documents. */
  readonly pages: ReadonlyMap<string, Page>;
  /** Pages of the API, by the names of their modules. */
  readonly modules: Readonly<Record<string, string>>;
}

const marked = new Marked();

/** The page of a document: `README.md` is named after its folder. */
export function pageOf(document: string): string {
  const name = document.replace(/\/README\.md$/, "").replace(/^README\.md$/, "index");
  return `${posix.basename(name, ".md").toLowerCase().replaceAll("_", "-")}.html`;
}

/** Write the documents as pages.
 * @param root Folder of the repository. @param out An existing folder.
 * @param modules Pages of the API, relative to `out`, by the names of their modules.
 * @returns The pages.
 * @throws {DataError} If a document does not exist, or a link leads to nothing: the message has a line for each. */
export async function writePages(
  root: string,
  out: string,
  sections: readonly Section[],
  modules: Readonly<Record<string, string>>,
): Promise<string[]> {
  const pages = new Map<string, Page>();
  for (const document of sections.flatMap(({ documents }) => documents)) {
    pages.set(document, await readPage(root, document));
  }
  const targets = { pages, modules }, all = [...pages.values()];
  const broken = all.flatMap((page) => brokenLinks(page, targets).map((href) => [page.document, href]));
  if (broken.length > 0) {
    const lines = broken.map(([document, href]) =>
      `Cannot link ${document} to ${href}: no such page or heading`
    );
    throw new DataError(lines.join("\n"), broken[0][0]);
  }
  for (const page of all) {
    const nav = navigation(page, sections, targets), body = render(page, targets);
    await Deno.writeTextFile(join(out, pageOf(page.document)), frame(page.title, body, nav));
  }
  await Deno.copyFile(new URL("site.css", import.meta.url), join(out, "site.css"));
  return all.map(({ document }) => pageOf(document));
}

async function readPage(root: string, document: string): Promise<Page> {
  const text = await Deno.readTextFile(join(root, document)).catch((cause) => {
    throw new DataError(`Cannot read ${document}: ${cause.message}`, document);
  });
  const tokens = marked.lexer(text), anchors: string[] = [];
  marked.walkTokens(tokens, (token) => {
    if (token.type !== "heading") return;
    const name = (token as Tokens.Heading).text.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    let own = name;
    for (let k = 1; anchors.includes(own); k++) own = `${name}-${k}`;
    anchors.push(own);
  });
  const heading = tokens.find((token): token is Tokens.Heading => token.type === "heading");
  if (heading?.depth !== 1) throw new DataError(`Cannot use ${document}: expected a title first`, document);
  return { document, title: document === "README.md" ? "Overview" : heading.text, tokens, anchors };
}

/** Links of a page that lead to nothing. */
function brokenLinks(page: Page, targets: Targets): string[] {
  const found: string[] = [];
  marked.walkTokens(page.tokens, (token) => {
    if (token.type !== "link" && token.type !== "image") return;
    const { href } = token as Tokens.Link;
    if (hrefOf(page, href, targets) === undefined) found.push(href);
  });
  return found;
}

/** Where a link leads on the site; undefined if to nothing. */
function hrefOf(page: Page, href: string, { pages }: Targets): string | undefined {
  if (/^[a-z]+:/i.test(href)) return href;
  const [path, anchor] = href.split("#");
  const document = path === "" ? page.document : posix.join(posix.dirname(page.document), path);
  const target = pages.get(document);
  if (!target || (anchor !== undefined && !target.anchors.includes(anchor))) return undefined;
  return `${path === "" ? "" : pageOf(document)}${anchor === undefined ? "" : `#${anchor}`}`;
}

/** Where a name in the text leads: the path of a document or of its folder, or the name of a module; undefined if nowhere. */
function hrefOfName(page: Page, name: string, { pages, modules }: Targets): string | undefined {
  if (Object.hasOwn(modules, name)) return modules[name];
  const path = name.endsWith("/") ? `${name}README.md` : name;
  const document = [path, posix.join(posix.dirname(page.document), path)].find((own) => pages.has(own));
  return document === undefined || document === page.document ? undefined : pageOf(document);
}

function render(page: Page, targets: Targets): string {
  const anchors = [...page.anchors];
  const renderer = new Marked({
    renderer: {
      heading({ depth, tokens }) {
        return `<h${depth} id="${anchors.shift()}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escaped(hrefOf(page, href, targets)!)}">${this.parser.parseInline(tokens)}</a>`;
      },
      codespan({ text }) {
        const href = hrefOfName(page, text, targets), code = `<code>${escaped(text)}</code>`;
        return href === undefined ? code : `<a href="${escaped(href)}">${code}</a>`;
      },
      html: ({ text }) => escaped(text),
    },
  });
  return renderer.parser(page.tokens);
}

function navigation(page: Page, sections: readonly Section[], { pages, modules }: Targets): string {
  const item = (href: string, text: string, isHere = false) =>
    `<li><a href="${escaped(href)}"${isHere ? ' aria-current="page"' : ""}>${escaped(text)}</a></li>`;
  const list = (title: string, items: readonly string[]) =>
    `<h2>${escaped(title)}</h2>\n<ul>\n${items.join("\n")}\n</ul>`;
  const own = sections.map(({ title, documents }) =>
    list(
      title,
      documents.map((document) =>
        item(pageOf(document), plain(pages.get(document)!.title), document === page.document)
      ),
    )
  );
  const api = list("API by topic", Object.entries(modules).map(([name, href]) => item(href, name)));
  return [own[0], api, ...own.slice(1)].join("\n");
}

/** A heading without the marks of Markdown. */
function plain(title: string): string {
  return title.replaceAll("`", "");
}

function frame(title: string, body: string, nav: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(plain(title))} - @lab/iadnet</title>
<link rel="stylesheet" href="site.css">
</head>
<body>
<header><a href="index.html">@lab/iadnet</a> <a class="to-pages" href="#pages">All pages</a></header>
<main>
${body}</main>
<nav id="pages" aria-label="All pages">
${nav}
</nav>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}
