// deno-lint-ignore-file no-console -- the command line is the one place that prints
/** `export`: a saved IADNet as one standard ONNX file. */
import { writeFileAtomic } from "../core/files.ts";
import { requireIADNet } from "../detectors/iadnet/detector.ts";
import { loadDetector } from "../detectors/registry.ts";
import type { Verb } from "./verb.ts";

/** Write the ONNX file. */
export const exportModel: Verb = {
  description: "Write a saved IADNet as a standard ONNX file, from joints to score",
  options: {
    values: { model: "model file, <run>/models/<category>.safetensors", out: "ONNX file to write" },
  },
  async run(options) {
    const model = requireIADNet(await loadDetector(options.required("model")), "export");
    const out = options.required("out"), bytes = await model.toOnnx();
    await writeFileAtomic(out, bytes);
    console.log(`Written: ${out}, ${bytes.length} bytes`);
  },
};
