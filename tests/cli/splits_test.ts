import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { generateDataset } from "../../lib/data/synthetic/mod.ts";
import { refusalOf, runCli } from "../support/cli.ts";
import { withFolder } from "../support/data_fixtures.ts";
import { writeNpy } from "../support/write_npy.ts";

Deno.test("A category without test clips is named and left out, a recording on both sides is warned of, and one group after the other is for compare", async () => {
  const clips = generateDataset({
    seed: 5,
    clipsPerCategory: 8,
    categories: ["hug", "kick", "wave"],
    fps: 10,
  });
  const files = Object.fromEntries(clips.flatMap((clip, i) => {
    const { x, y, frames, category } = clip, k = i % 8;
    if (category === "wave" && k > 1) return [];
    // Waves are of one group alone, and kick 0 is hug 7 again.
    const group = category === "wave" ? 3 : k % 4,
      same = category === "kick" && k === 0 ? clips[7] : { x, y, frames };
    const bytes = writeNpy(Float32Array.of(...same.x, ...same.y), [2, same.frames, 15, 3]);
    return [[`${category}/g${group}-${k}.npy`, bytes] as const];
  }));
  const description = '{"layout":"npy","skeleton":"sbu15","fps":10,"group":"/(g[0-9])-"}';
  await withFolder({ ...files, "iadnet.json": new TextEncoder().encode(description) }, async (root) => {
    const data = ["--data", root, "--format", "custom"];
    const train = ["train", ...data, "--detector", "knn-poses", "--seed", "0"];
    const { code, err } = await runCli([...train, "--split", "group:g0", "--out", `${root}/run`]);
    assertEquals(code, 0, err);
    assertStringIncludes(err, "Left out wave: split group:g0 leaves no normal or no anomalous test clip");
    assertStringIncludes(
      err,
      "The same recording is on both sides of group:g0: hug/g3-7 for training and kick/g0-0 for testing",
    );
    assertStringIncludes(err, "1 clip is the same as another, such as kick/g0-0 as hug/g3-7");
    const results = JSON.parse(await Deno.readTextFile(`${root}/run/results.json`));
    assertEquals(results.categories.map(({ category }: { category: string }) => category), ["hug", "kick"]);
    assertEquals(results.data.leftOut.map(({ category }: { category: string }) => category), ["wave"]);

    const each = [...train, "--split", "leave-one-group-out", "--out", `${root}/two`];
    assertStringIncludes(await refusalOf(...each), "compare --splits leave-one-group-out runs");
    const named = [...train, "--split", "group:g0", "--category", "wave", "--out", `${root}/three`];
    assertStringIncludes(await refusalOf(...named), "Cannot run category wave");

    const compared = await runCli([
      "compare",
      ...data,
      "--detectors",
      "knn-poses;knn-distances",
      "--splits",
      "leave-one-group-out",
      "--out",
      `${root}/compared`,
    ]);
    assertEquals(compared.code, 0, compared.err);
    assert(compared.out.includes("splits group:g0, group:g1, group:g2, group:g3"), compared.out);
  });
});
