/** Pre-trained encoders that come with the package. `deno task pretrain` makes them; the file of each says by which command.
 *
 * They are safetensors files, base64 in JSON modules, so that reading them needs no permission wherever the package is loaded from. */
import { Buffer } from "node:buffer";
import { UsageError } from "../../core/errors.ts";
import type { Preparation } from "../../data/transforms/prepare.ts";
import type { ModelConfig } from "./config.ts";
import { type EncoderFile, readEncoder } from "./pretraining/encoder_file.ts";

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

/** Encoders that are read already, by name: those of the package are read when they are first asked for. */
const read = new Map<string, Promise<EncoderFile>>();

/** Names of all pre-trained encoders: those of the package, and those that are registered. */
export function listEncoders(): string[] {
  return [...new Set([...Object.keys(MODULES), ...read.keys()])];
}

/** Register a pre-trained encoder under a name that presets can use as `encoder`.
 * @param bytes A file that `deno task pretrain` wrote.
 * @throws {DataError} If it is damaged. @throws {UsageError} If the name is taken. */
export function registerEncoder(name: string, bytes: Uint8Array): void {
  const encoder = readEncoder(bytes, name);
  if (listEncoders().includes(name) || name === "random") {
    throw new UsageError(`Cannot register encoder ${name}: the name is taken`);
  }
  read.set(name, Promise.resolve(encoder));
}

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
export async function pretrainedEncoder(name: string): Promise<EncoderFile> {
  if (!listEncoders().includes(name)) {
    throw new UsageError(`Cannot find pre-trained encoder ${name}: known are ${listEncoders().join(", ")}`);
  }
  const encoder = read.get(name) ?? readModule(name);
  read.set(name, encoder);
  return await encoder;
}

async function readModule(name: string): Promise<EncoderFile> {
  const { default: { safetensors } } = await MODULES[name]();
  return readEncoder(Buffer.from(safetensors, "base64"), `pre-trained encoder ${name}`);
}

/** A pre-trained encoder for a network that reads clips prepared so.
 * @throws {UsageError} If it was pre-trained as another network, or on clips prepared otherwise; the message names the setting. */
export async function pretrainedFor(
  name: string,
  network: ModelConfig,
  { align, scale, time = "resample" }: Preparation,
): Promise<EncoderFile> {
  const encoder = await pretrainedEncoder(name);
  const check = (key: string, expected: unknown, got: unknown) => {
    if (expected === got) return;
    throw new UsageError(`Cannot use pre-trained encoder ${name}: expected ${key} ${expected}, got ${got}`);
  };
  for (const key of SAME) check(key, encoder.config[key] ?? 0, network[key] ?? 0);
  check("canonical", true, network.canonical !== undefined);
  check("align", "pair-yaw", align);
  check("scale", "none", scale);
  check("time", "resample", time);
  return encoder;
}
