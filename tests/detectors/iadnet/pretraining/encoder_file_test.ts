import { assertEquals, assertThrows } from "@std/assert";
import { DataError, getPreset } from "../../../../mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../../lib/core/safetensors.ts";
import { initialEncoder } from "../../../../lib/detectors/iadnet/features.ts";
import {
  encodeEncoder,
  type PretrainedEncoder,
  readEncoder,
} from "../../../../lib/detectors/iadnet/pretraining/encoder_file.ts";
import { pretrainingConfig } from "../../../../lib/detectors/iadnet/pretraining/pretrain.ts";

const config = pretrainingConfig(getPreset("tiny"));
const ENCODER: PretrainedEncoder = {
  config,
  weights: initialEncoder(config, 0),
  metadata: {
    version: "0.1.0",
    command: "deno task pretrain --seed 4",
    seed: 4,
    steps: 3000,
    families: 800,
    engine: "onnx-cpu",
    threads: 1,
  },
};
const BYTES = encodeEncoder(ENCODER);

/** The bytes with other tensors or metadata, and a right checksum. */
function changed(change: (file: ReturnType<typeof decodeSafetensors>) => void): Uint8Array {
  const file = decodeSafetensors(BYTES, "");
  change(file);
  const { sha256: _, ...metadata } = file.metadata;
  return encodeSafetensors(file.tensors, metadata);
}

Deno.test("A file of an encoder gives it back, and the same bytes again", () => {
  const { checksum, ...encoder } = readEncoder(BYTES);
  assertEquals(encoder, ENCODER);
  assertEquals(checksum, decodeSafetensors(BYTES, "").metadata.sha256);
  assertEquals(encodeEncoder(readEncoder(BYTES)), BYTES);
});

Deno.test("A damaged file is refused, whichever byte is wrong", () => {
  for (let at = 0; at < BYTES.length; at += Math.ceil(BYTES.length / 40)) {
    assertThrows(
      () => readEncoder(BYTES.with(at, BYTES[at] ^ 1), "e.safetensors"),
      DataError,
      "e.safetensors",
    );
  }
  for (const length of [0, 7, 100, BYTES.length - 1]) {
    assertThrows(() => readEncoder(BYTES.subarray(0, length)), DataError);
  }
});

Deno.test("A file whose weights are not those of its network is refused", () => {
  const cases: readonly [string, Parameters<typeof changed>[0]][] = [
    ["expected a pre-trained encoder", ({ metadata }) => metadata.format = "iadnet-model"],
    [
      "heads must be a whole number",
      ({ metadata }) => metadata.config = JSON.stringify({ ...config, heads: 0 }),
    ],
    ["expected [", ({ metadata }) => metadata.config = JSON.stringify({ ...config, embedding: 64 })],
    ["is missing", ({ metadata }) => metadata.config = JSON.stringify({ ...config, units: 1e9 })],
    ["unexpected tensor", ({ metadata }) => metadata.config = JSON.stringify({ ...config, drem: false })],
    ["metadata seed", ({ metadata }) => metadata.seed = "-1"],
    ["metadata command is missing", ({ metadata }) => delete metadata.command],
    ["config", ({ metadata }) => delete metadata.config],
    ["is NaN", ({ tensors }) => tensors["motion.0.weight"].values[3] = NaN],
  ];
  for (const [message, change] of cases) {
    const error = assertThrows(() => readEncoder(changed(change), "e.safetensors"), DataError);
    if (message !== "config") {
      assertEquals([error.message.includes(message), message], [true, message], error.message);
    }
  }
});
