/** Arrays in fixtures: base64 of little-endian float32, with their shape. */
import type { Named, Values } from "../../lib/engine/engine.ts";

/** An array of a fixture. */
export interface Packed {
  shape: number[];
  data: string;
}

/** The array. */
export function unpack({ shape, data }: Packed): Values {
  return { shape, values: new Float32Array(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer) };
}

/** Arrays by name. */
export function unpackAll(packed: Record<string, Packed>): Named {
  return Object.fromEntries(Object.entries(packed).map(([name, own]) => [name, unpack(own)]));
}

/** |a - b| / |b| over all elements. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  let difference = 0, size = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return Math.sqrt(difference / (size + 1e-12));
}
