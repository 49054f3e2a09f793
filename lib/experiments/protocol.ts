/** Protocols: how a fitted detector is evaluated, as plain values that a run manifest keeps. */
import type { LocalizationOptions } from "./splice.ts";

/** How a fitted detector is evaluated, where it is not on the test clips of the split:
 *
 * - `localization`: on recordings spliced from the test clips;
 * - `coordination`: on clips made from the normal test clips, which are wrong only between the people;
 * - `variations`: on generated clips of the category, normal ones and subtle variations of them. */
export type Protocol =
  | { readonly kind: "localization" } & LocalizationOptions
  | { readonly kind: "coordination" }
  | { readonly kind: "variations" } & VariationTest;

/** Generated test clips. */
export interface VariationTest {
  /** Seed of the clips. */
  readonly seed: number;
  /** Normal test clips of a category. */
  readonly normals: number;
  /** Test clips of each variation. */
  readonly anomalies: number;
  /** Standard deviation of the sensor's white noise, metres. */
  readonly noise: number;
}

/** Most test clips or recordings that a file may ask for. */
const MOST_CLIPS = 100_000;

/** Whether this is a protocol; a manifest may come from anywhere. */
export function isProtocol(value: unknown): value is Protocol {
  const { kind, ...numbers } = (value ?? {}) as Record<string, unknown>;
  const areUpTo = (most: number, ...names: string[]) =>
    names.every((name) => {
      const number = numbers[name];
      const isWhole = name === "alpha" || name === "noise" || Number.isInteger(number);
      return typeof number === "number" && isWhole && number >= 0 && number <= most;
    });
  if (kind === "localization") return areUpTo(MOST_CLIPS, "recordings") && areUpTo(2 ** 31, "alpha", "seed");
  if (kind === "variations") {
    return areUpTo(MOST_CLIPS, "normals", "anomalies") && areUpTo(2 ** 31, "seed", "noise");
  }
  return kind === "coordination";
}

/** Whether a protocol makes test clips for each category. */
export function makesClips(protocol: Protocol | undefined): boolean {
  return protocol?.kind === "coordination" || protocol?.kind === "variations";
}
