/** Pre-trained encoders that come with the package. `deno task pretrain` makes them. */
import { Buffer } from "node:buffer";
import { type PretrainedEncoder, readEncoder } from "./pretraining/encoder_file.ts";
import synthetic from "./weights/synthetic.json" with { type: "json" };

/** Names of the pre-trained encoders. */
export const PRETRAINED = ["synthetic"] as const;

/** Name of a pre-trained encoder. */
export type PretrainedName = typeof PRETRAINED[number];

/** Safetensors files, base64. They are imported as JSON modules, so that reading them needs no permission wherever the package is
 * loaded from. */
const FILES: Readonly<Record<PretrainedName, { readonly safetensors: string }>> = { synthetic };

/** A pre-trained encoder. */
export function pretrainedEncoder(name: PretrainedName): PretrainedEncoder {
  return readEncoder(Buffer.from(FILES[name].safetensors, "base64"), `the pre-trained encoder ${name}`);
}
