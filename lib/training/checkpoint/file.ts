/**
 * One part's checkpoint as a file: safetensors, with a checksum over all of it.
 *
 * @module
 */
import type { Values } from "../../engine/engine.ts";
import { DataError } from "../../core/errors.ts";
import type { FitIdentity, PartState } from "./checkpoint.ts";
import { decodeSafetensors, encodeSafetensors } from "../../core/safetensors.ts";

/** Version of the layout. */
const LAYOUT = "2";

/** What a file says it is of. */
export interface Labelled {
  /** The fit, as text that is equal for equal fits. */
  readonly fit: string;
  /** The part. */
  readonly part: string;
  /** How far it has come. */
  readonly state: PartState;
}

/** A fit's identity as text. */
export function identityText(fit: FitIdentity): string {
  const sorted = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(sorted);
    return Object.fromEntries(Object.entries(value).sort().map(([key, own]) => [key, sorted(own)]));
  };
  return JSON.stringify(sorted(fit));
}

/** The bytes of a part's checkpoint. */
export function encodePart({ fit, part, state }: Labelled): Uint8Array {
  const { values, done, steps, random, order, loss, featureStd } = state;
  const list = (own: readonly number[]): Values => ({ shape: [own.length], values: Float32Array.from(own) });
  const tensors: Record<string, Values> = {
    "history:loss": list(loss),
    "history:featureStd": list(featureStd),
  };
  for (const [name, own] of Object.entries(values)) tensors[`value:${name}`] = own;
  return encodeSafetensors(tensors, {
    format: "iadnet-checkpoint",
    layout: LAYOUT,
    fit,
    part,
    progress: JSON.stringify({ done, steps, random, order }),
  });
}

/** Read a part's checkpoint.
 *
 * @throws {DataError} If it is damaged, or not one that `encodePart` wrote.
 */
export function decodePart(bytes: Uint8Array, file: string): Labelled {
  const { tensors, metadata: { format, layout, fit, part, progress } } = decodeSafetensors(bytes, file);
  const refuse = (why: string) => new DataError(`Cannot use checkpoint ${file}: ${why}`, file);
  if (format !== "iadnet-checkpoint" || layout !== LAYOUT) throw refuse("it is none of this version");
  const { "history:loss": loss, "history:featureStd": featureStd, ...rest } = tensors;
  let numbers: Pick<PartState, "done" | "steps" | "random" | "order">;
  try {
    numbers = JSON.parse(progress);
  } catch {
    throw refuse("its progress is not JSON");
  }
  const { done, steps, random, order } = numbers ?? {};
  const areIntegers = (list: unknown) => Array.isArray(list) && list.every(Number.isSafeInteger);
  const fits = typeof done === "boolean" && Number.isSafeInteger(steps) && areIntegers(random) &&
    random.length === 4 && areIntegers(order) && fit !== undefined && part !== undefined &&
    loss?.values.length === steps && [0, steps].includes(featureStd?.values.length) &&
    Object.keys(rest).every((name) => name.startsWith("value:"));
  if (!fits) throw refuse("its parts do not fit together");
  const values = Object.fromEntries(
    Object.entries(rest).map(([name, own]) => [name.slice("value:".length), own]),
  );
  const history = { loss: [...loss.values], featureStd: [...featureStd.values] };
  return { fit, part, state: { done, steps, random, order, values, ...history } };
}
