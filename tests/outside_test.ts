import { assert, assertEquals } from "@std/assert";
import { withFolder } from "./support/data_fixtures.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const README = await Deno.readTextFile(`${ROOT}/README.md`);

/** The README's first block of a language after a text. */
function block(language: string, after: string): string {
  const [, code] = new RegExp("```" + language + "\\n(.*?)```", "s").exec(
    README.slice(README.indexOf(after)),
  )!;
  return code;
}

Deno.test("README's program runs in an empty folder with README's deno.json, which names a checkout", () =>
  withFolder({
    "deno.json": block("json", "### In a folder of your own").replace("../iadnet", ROOT),
    "program.ts": block("ts", "## As a library"),
    "entries.ts": ["data", "detectors", "engine", "experiments", "metrics", "model", "plots"]
      .map((name) =>
        `import * as ${name} from "@lab/iadnet/${name}";\nconsole.log(Object.keys(${name}).length > 3);\n`
      )
      .join(""),
  }, async (cwd) => {
    const run = async (file: string) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--check", "-A", file],
        cwd,
        env: { NO_COLOR: "1" },
      }).output();
      const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assertEquals(code, 0, err);
      return out.trim().split("\n");
    };
    const [auroc, alarm] = await run("program.ts");
    assertEquals(Number(auroc) >= 0 && Number(auroc) <= 1, true, auroc);
    assert(/^[01](\.\d+)? (true|false)$/.test(alarm), alarm);
    assertEquals(await run("entries.ts"), Array(7).fill("true"));
  }));
