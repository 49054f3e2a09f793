/** What is published: files, entry modules with their documentation, and how to cite it. */
import { assert, assertEquals } from "@std/assert";
import { posix } from "node:path";
import { SECTIONS } from "../tools/site.ts";
import config from "../deno.json" with { type: "json" };

const ROOT = new URL("../", import.meta.url);

const isPublished = (path: string) =>
  config.publish.include.some((own) => path === own || path.startsWith(`${own}/`));

Deno.test("Every document of the site is published with what it links to; the site, tests and tools are not", async () => {
  for (const document of SECTIONS.flatMap(({ documents }) => documents)) {
    assert(isPublished(document), document);
    const text = await Deno.readTextFile(new URL(document, ROOT));
    for (const [, link] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      if (!/^[a-z]+:/.test(link)) {
        assert(isPublished(posix.join(posix.dirname(document), link)), `${document}: ${link}`);
      }
    }
  }
  for (const folder of ["site", "tests", "tools", "bench", "offline"]) {
    assert(!isPublished(`${folder}/x`), folder);
  }
});

Deno.test("The gate lints the documentation of every entry module, and tries to publish; each begins with what it is", async () => {
  const { command } = config.tasks.ok, files = Object.values(config.exports);
  assert(
    command.includes("deno doc --lint mod.ts lib/*/mod.ts && ") && command.includes("deno publish --dry-run"),
  );
  for (const file of files) {
    assert(/^\.\/(lib\/[^/]+\/)?mod\.ts$/.test(file), file); // what the gate lints
    const text = await Deno.readTextFile(new URL(file, ROOT));
    assert(/^\/\*\*.{40,}?\*\/\n/s.test(text), file);
  }
});

Deno.test("CITATION.cff has the fields that CFF 1.2.0 requires, and this version", async () => {
  const text = await Deno.readTextFile(new URL("CITATION.cff", ROOT));
  const fields = Object.fromEntries(
    [...text.matchAll(/^([a-z-]+):(.*(?:\n[ -].*)*)/gm)].map(([, key, value]) => [key, value.trim()]),
  );
  const known = ["authors", "cff-version", "license", "message", "references", "title", "type", "version"];
  assertEquals(Object.keys(fields).toSorted(), known);
  assertEquals([fields["cff-version"], fields.version, fields.license, fields.type], [
    "1.2.0",
    config.version,
    config.license,
    "software",
  ]);
  assert(fields.message.length > 0 && fields.title.length > 0);
  assert(/^- name: \S/.test(fields.authors)); // a group; a person has other fields
  for (const reference of fields.references.split(/^ {2}- (?=type)/m).filter(Boolean)) {
    for (const field of ["type: article", "title: ", "authors:\n"]) assert(reference.includes(field), field);
  }
});
