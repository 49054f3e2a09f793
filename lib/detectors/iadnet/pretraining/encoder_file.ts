/** Files of pre-trained encoders: safetensors with the encoder's weights alone, and as metadata the network and what made them. */
import { DataError } from "../../../core/errors.ts";
import { checkFinite, decodeSafetensors, encodeSafetensors } from "../../../core/safetensors.ts";
import type { Named } from "../../../core/tensors.ts";
import { checkConfig, type ModelConfig } from "../config.ts";
import { encoderOf } from "../features.ts";

/** Value of the metadata `format`. */
const FORMAT = "iadnet-encoder";

/** What made an encoder. */
export interface EncoderMetadata {
  /** Version of this package. */
  readonly version: string;
  /** The command, without the path of its output. */
  readonly command: string;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Training steps. */
  readonly steps: number;
  /** Families of the corpus. */
  readonly families: number;
  /** Name of the engine. */
  readonly engine: string;
  /** Threads per operator of the engine. */
  readonly threads: number;
}

/** A pre-trained encoder. */
export interface PretrainedEncoder {
  /** The network that was pre-trained, with its joints and frames. */
  readonly config: ModelConfig;
  /** Weights of the encoder: those of `encoderOf(config)`. */
  readonly weights: Named;
  /** What made them. */
  readonly metadata: EncoderMetadata;
}

/** A pre-trained encoder as it is read from a file. */
export interface EncoderFile extends PretrainedEncoder {
  /** SHA-256 of the file. */
  readonly checksum: string;
}

/** Encode an encoder as the bytes of a file. Equal encoders give equal bytes. */
export function encodeEncoder({ config, weights, metadata }: PretrainedEncoder): Uint8Array {
  const texts = Object.entries(metadata).map(([key, value]) => [key, String(value)]);
  return encodeSafetensors(weights, {
    format: FORMAT,
    ...Object.fromEntries(texts),
    config: JSON.stringify(config),
  });
}

/** Read the file of a pre-trained encoder.
 * @param file Path, for messages.
 * @throws {DataError} If it is damaged, not one that `encodeEncoder` wrote, or its weights are not those of its network.
 * @example
 * ```ts
 * import { readEncoder } from "@lab/iadnet/detectors";
 * import { DataError } from "@lab/iadnet";
 * import { assertThrows } from "@std/assert";
 * assertThrows(() => readEncoder(new Uint8Array(8), "encoder.safetensors"), DataError, "no checksum");
 * ```
 */
export function readEncoder(bytes: Uint8Array, file: string = "encoder"): EncoderFile {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  if (metadata.format !== FORMAT) {
    throw new DataError(`Cannot read ${file}: expected a pre-trained encoder of this package`, file);
  }
  try {
    const config = checkConfig(JSON.parse(metadata.config)), names = new Set<string>();
    for (const { name, shape } of encoderOf(config).shapes()) { // one by one: the file may declare any number
      const found = Object.hasOwn(tensors, name) ? tensors[name].shape : undefined;
      if (`${found}` !== `${shape}`) {
        throw new Error(
          `tensor ${name} ${found ? `has shape [${found}], expected [${shape}]` : "is missing"}`,
        );
      }
      names.add(name);
    }
    const other = Object.keys(tensors).find((name) => !names.has(name));
    if (other !== undefined) throw new Error(`unexpected tensor ${other}`);
    checkFinite(tensors);
    return { config, weights: tensors, metadata: parseMetadata(metadata), checksum: metadata.sha256 };
  } catch (cause) {
    throw new DataError(`Cannot read ${file}: ${(cause as Error).message}`, file);
  }
}

function parseMetadata(metadata: Readonly<Record<string, string>>): EncoderMetadata {
  const text = (key: string) => {
    if (metadata[key]) return metadata[key];
    throw new Error(`metadata ${key} is missing`);
  };
  const number = (key: string) => {
    const value = Number(text(key));
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new Error(`metadata ${key} must be a whole number, got ${text(key)}`);
  };
  return {
    version: text("version"),
    command: text("command"),
    seed: number("seed"),
    steps: number("steps"),
    families: number("families"),
    engine: text("engine"),
    threads: number("threads"),
  };
}
