// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `export`: a saved model as one standard ONNX file.
 *
 * @module
 */
import { requireIADNet } from "../detectors/iadnet/detector.ts";
import { loadDetector } from "../detectors/registry.ts";
import { writeFileAtomic } from "../core/files.ts";
import { parseOptions } from "./args.ts";

/** Options of `export`. */
export const EXPORT_OPTIONS = {
  values: {
    model: "model file, <run>/models/<category>.safetensors",
    out: "ONNX file to write",
  },
};

/** Run `export`. */
export async function exportModel(args: readonly string[]): Promise<void> {
  const options = parseOptions("export", args, EXPORT_OPTIONS);
  const model = requireIADNet(await loadDetector(options.required("model")), "export");
  const out = options.required("out"), bytes = await model.toOnnx();
  await writeFileAtomic(out, bytes);
  console.log(`Written: ${out}, ${bytes.length} bytes`);
}
