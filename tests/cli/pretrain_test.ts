import { assertEquals, assertStringIncludes } from "@std/assert";
import { readEncoder } from "../../lib/detectors/iadnet/pretraining/encoder_file.ts";
import { inFolder } from "../faults/kit.ts";
import { runCli } from "../support/cli.ts";

const SMALL = [
  ...["pretrain", "--preset", "tiny,embedding=8,heads=2,frames=4", "--steps", "3", "--families", "4"],
  ...["--seed", "7", "--engine", "onnx-cpu"],
];

Deno.test("pretrain writes an encoder that its own command makes again, and never over a file", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/one.safetensors`;
    const { code, out, err } = await runCli([...SMALL, "--out", file]);
    assertEquals(code, 0, err);
    assertStringIncludes(out, `Written: ${file}`);
    assertStringIncludes(err, "Step 3 of 3: loss ");
    const bytes = await Deno.readFile(file), { config, metadata } = readEncoder(bytes, file);
    assertEquals([config.embedding, config.joints, config.skip, config.gain], [8, 15, false, 1]);
    assertEquals([metadata.seed, metadata.steps, metadata.families, metadata.engine], [7, 3, 4, "onnx-cpu"]);
    const words = metadata.command.replace("deno task ", "").split(" ");
    assertEquals((await runCli([...words, "--out", `${folder}/two.safetensors`])).code, 0);
    assertEquals(await Deno.readFile(`${folder}/two.safetensors`), bytes);
    assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), [
      "one.safetensors",
      "two.safetensors",
    ]);
    const again = await runCli([...SMALL, "--out", file]);
    assertEquals(again.code, 2);
    assertStringIncludes(again.err, "it exists already");
  });
});

Deno.test("pretrain refuses settings that it does not read", async () => {
  const { code, err } = await runCli(["pretrain", "--out", "x.safetensors", "--preset", "tiny,gain=4"]);
  assertEquals(code, 2);
  assertStringIncludes(err, "Cannot pre-train with setting gain: it has no effect");
});
