/** What the documents name exists: files, tests, tasks, options and packages. */
import { VERBS } from "../lib/cli/verbs.ts";
import { assert, assertEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };

const ROOT = new URL("../", import.meta.url);

const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...markdown("docs/"),
  ...markdown("data/"),
];
const texts = new Map(DOCUMENTS.map((file) => [file, Deno.readTextFileSync(new URL(file, ROOT))]));

/** Files that are named as examples of what may be added. */
const EXAMPLES = /^(lib\/a\/b\.ts|tests\/a\/|b_test\.ts|.*\/(c3d|gaussian|gate|merge|calibration)\.ts)$/;

function markdown(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return markdown(`${folder}${name}/`);
    return name.endsWith(".md") ? [folder + name] : [];
  });
}

function exists(path: string): boolean {
  try {
    return Boolean(Deno.statSync(new URL(path, ROOT)));
  } catch {
    return false;
  }
}

Deno.test("Every file that a document names exists", () => {
  const missing: string[] = [];
  for (const [file, text] of texts) {
    for (const [, path] of text.matchAll(/`([\w./-]+\/|[\w./-]+\.(?:ts|md|py|sh|ipynb|yaml|json))`/g)) {
      // FEATURES names tests from `tests/`, architecture sources from `lib/`; other folders are those of data sets.
      const places = [path, `tests/${path}`, `lib/${path}`, `notebooks/${path}`];
      const isOurs = /^(lib|tests|docs|data|notebooks|launchers|bench|tools)\//.test(path) ||
        path.endsWith(".ts");
      if (isOurs && !EXAMPLES.test(path) && !places.some(exists)) missing.push(`${file}: ${path}`);
    }
  }
  assertEquals(missing, []);
});

Deno.test("Every row of FEATURES names a test that exists, or says that there is none", () => {
  const rows = texts.get("docs/FEATURES.md")!.split("\n").filter((line) => /^\| (?!-)/.test(line));
  for (const row of rows.slice(1)) {
    const last = row.split("|").at(-2)!, tests = [...last.matchAll(/`([^`]+)`/g)].map(([, path]) => path);
    for (const path of tests) assert(exists(`tests/${path}`), `${path} of ${row}`);
  }
  assert(rows.length > 50);
});

Deno.test("Every task and option that a document names exists", async () => {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "lib/cli/main.ts", "help", ...Object.keys(VERBS)],
    cwd: ROOT,
  }).output();
  const verbs = new Map<string, string>(); // with their help
  for (const part of new TextDecoder().decode(stdout).split(/\n\n(?=deno task )/)) {
    const [, verb = ""] = /^deno task (\S+)/.exec(part) ?? [];
    verbs.set(verb, `${verbs.get(verb) ?? ""}${part}`);
  }
  const wrong: string[] = [];
  for (const [file, text] of texts) {
    for (const [call, task, rest] of text.matchAll(/(?:deno|2\.9\.6) task ([\w:]+)([^`\n#|]*)/g)) {
      if (!Object.hasOwn(config.tasks, task)) wrong.push(`${file}: ${call}`);
      const help = verbs.get(task);
      if (help === undefined) continue;
      for (const [option] of rest.matchAll(/--[\w-]+/g)) {
        if (option !== "--help" && !help.includes(`  ${option} `)) wrong.push(`${file}: ${call}`);
      }
    }
  }
  assertEquals(wrong, []);
  assert(success && verbs.size > 10);
});

Deno.test("CONTRIBUTING lists the dependencies of deno.json with their versions", () => {
  const rows = texts.get("CONTRIBUTING.md")!.matchAll(/^\| `(\S+)` (\S+) +\|/gm);
  const listed = [...rows].map(([, name, version]) => `${name}@${version}`);
  const declared = Object.entries(config.imports).filter(([name, to]) =>
    /^(npm|jsr):/.test(to) && !name.startsWith("@types/")
  ).map(([, to]) => to.slice(4));
  assertEquals(listed.toSorted(), declared.toSorted());
});

Deno.test("README lists every entry module", () => {
  const names = Object.keys(config.exports).map((name) => `@lab/iadnet${name.slice(1)}`);
  for (const name of names) assert(texts.get("README.md")!.includes(`\`${name}\``), name);
});
