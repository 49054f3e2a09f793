/** `export`: a saved IADNet as one standard ONNX file. */
import { writeFileAtomic } from "../core/files.ts";
import { requireIADNet } from "../detectors/iadnet/detector.ts";
import { loadDetector } from "../detectors/registry.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { onnxOut } from "./default_out.ts";
import { printWritten } from "./stdout.ts";
import type { Verb } from "./verb.ts";

/** Write the ONNX file. */
export const exportModel: Verb = {
  description: DESCRIPTIONS.export,
  example: "--model runs/sbu5/models/hugging.safetensors",
  options: {
    values: {
      model: "model file, <run>/models/<category>.safetensors",
      out: "ONNX file to write (a new one beside the model)",
    },
    required: { model: [] },
  },
  async run(options) {
    const file = options.required("model"), model = requireIADNet(await loadDetector(file), "export");
    const out = options.value("out") ?? await onnxOut(file), bytes = await model.toOnnx();
    await writeFileAtomic(out, bytes);
    printWritten(options, [out], { bytes: bytes.length });
  },
};
