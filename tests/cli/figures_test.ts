import { assert, assertEquals } from "@std/assert";
import { aurocFigure } from "../../lib/plots/auroc.ts";
import { toSvg } from "../../lib/plots/svg.ts";
import { runCli } from "../support/cli.ts";
import { sumFiles } from "../support/report_run.ts";
import { randomResults } from "../support/plots_fixtures.ts";

Deno.test("`figures` writes SVG and plotly JSON of a run, equal to the library's figures", async () => {
  const run = randomResults(0), folder = await Deno.makeTempDir(), out = `${folder}/figures`;
  await Deno.mkdir(`${folder}/mine`);
  await Deno.writeTextFile(`${folder}/mine/results.json`, JSON.stringify(run));
  await sumFiles(`${folder}/mine`, ["results.json"]);
  const done = await runCli(["figures", `${folder}/mine/`, "--out", out, "--columns", "1", "--quiet"]);
  assertEquals([done.code, done.err], [0, ""]);
  assertEquals([...Deno.readDirSync(out)].map(({ name }) => name).sort(), [
    "auroc.json",
    "auroc.svg",
    "histogram.json",
    "histogram.svg",
    "roc.json",
    "roc.svg",
  ]);
  const figure = aurocFigure({ mine: run });
  assertEquals(JSON.parse(await Deno.readTextFile(`${out}/auroc.json`)), JSON.parse(JSON.stringify(figure)));
  assertEquals(await Deno.readTextFile(`${out}/auroc.svg`), toSvg(figure, { columns: 1 }));
  const changed = JSON.stringify(run).replace(/0\.(\d)/, (_, digit) => `0.${(Number(digit) + 1) % 10}`);
  await Deno.writeTextFile(`${folder}/mine/results.json`, changed);
  const forged = await runCli(["figures", `${folder}/mine`, "--out", out]);
  assertEquals([forged.code, forged.err.includes("checksum mismatch")], [2, true], forged.err);
  await Deno.writeTextFile(`${folder}/mine/results.json`, JSON.stringify({ categories: [] }));
  for (
    const args of [
      [`${folder}/mine`, "--out", out],
      [`${folder}/none`, "--out", out],
      ["--out", out],
      [`${folder}/mine`],
      [`${folder}/mine`, "--out", out, "--columns", "3"],
    ]
  ) {
    const { code, err } = await runCli(["figures", ...args]);
    assertEquals(code, 2, err);
    assert(/^(UsageError|DataError): Cannot /.test(err), err);
  }
  await Deno.remove(folder, { recursive: true });
});
