/** Pre-trained encoders that come with the package. `deno task pretrain` makes them. */
import { decodeSafetensors } from "../../core/safetensors.ts";
import type { Named } from "../../core/tensors.ts";
import synthetic from "./weights/synthetic.json" with { type: "json" };

/** Names of the pre-trained encoders. */
export const PRETRAINED = ["synthetic"] as const;

/** Name of a pre-trained encoder. */
export type PretrainedName = typeof PRETRAINED[number];

/** Safetensors files, base64. They are imported as JSON modules, so that reading them needs no permission wherever the package is
 * loaded from. */
const FILES: Readonly<Record<PretrainedName, { readonly safetensors: string }>> = { synthetic };

/** Weights of a pre-trained encoder. */
export function pretrainedEncoder(name: PretrainedName): Named {
  const bytes = Uint8Array.from(atob(FILES[name].safetensors), (character) => character.charCodeAt(0));
  return decodeSafetensors(bytes, `the pre-trained encoder ${name}`).tensors;
}
