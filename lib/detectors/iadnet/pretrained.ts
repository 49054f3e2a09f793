/** Pre-trained encoders that come with the package. `deno task pretrain` makes them; the file of each says by which command.
 *
 * They are safetensors files, base64 in JSON modules, so that reading them needs no permission wherever the package is loaded from. */
import { Buffer } from "node:buffer";
import { UsageError } from "../../core/errors.ts";
import type { ModelConfig } from "./config.ts";
import { type PretrainedEncoder, readEncoder } from "./pretraining/encoder_file.ts";

/** A JSON module with a safetensors file. */
interface Module {
  readonly default: { readonly safetensors: string };
}

/** `synthetic` is that of `default`, `paper` that of `paper-pretrained`; the others are those of its ablations. */
const MODULES: Readonly<Record<string, () => Promise<Module>>> = {
  synthetic: () => import("./weights/synthetic.json", { with: { type: "json" } }),
  paper: () => import("./weights/paper.json", { with: { type: "json" } }),
  "paper-sinusoidal": () => import("./weights/paper-sinusoidal.json", { with: { type: "json" } }),
  "paper-unsync": () => import("./weights/paper-unsync.json", { with: { type: "json" } }),
  "paper-without-drem": () => import("./weights/paper-without-drem.json", { with: { type: "json" } }),
  "paper-without-sharing": () => import("./weights/paper-without-sharing.json", { with: { type: "json" } }),
};

/** Names of the pre-trained encoders. */
export const PRETRAINED: readonly string[] = Object.keys(MODULES);

/** Settings in which a network must be as it was pre-trained. */
const SAME = [
  "frames",
  "embedding",
  "units",
  "heads",
  "block",
  "feedForward",
  "position",
  "drem",
  "map",
  "share",
  "velocity",
  "features",
] as const;

/** A pre-trained encoder.
 * @throws {UsageError} If there is none of that name; the message lists those there are. */
export async function pretrainedEncoder(name: string): Promise<PretrainedEncoder> {
  if (!Object.hasOwn(MODULES, name)) {
    throw new UsageError(`Cannot find pre-trained encoder ${name}: known are ${PRETRAINED.join(", ")}`);
  }
  const { default: { safetensors } } = await MODULES[name]();
  return readEncoder(Buffer.from(safetensors, "base64"), `pre-trained encoder ${name}`);
}

/** A pre-trained encoder for a network.
 * @throws {UsageError} If it was pre-trained as another network; the message names the setting. */
export async function pretrainedFor(name: string, network: ModelConfig): Promise<PretrainedEncoder> {
  const encoder = await pretrainedEncoder(name);
  const text = (config: ModelConfig, key: typeof SAME[number]) => String(config[key] || 0);
  for (const key of SAME) {
    const [expected, got] = [encoder.config, network].map((config) => text(config, key));
    if (expected === got) continue;
    throw new UsageError(`Cannot use pre-trained encoder ${name}: expected ${key} ${expected}, got ${got}`);
  }
  return encoder;
}
