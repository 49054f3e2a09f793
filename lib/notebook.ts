/** Displays of detectors in notebooks: a cell that ends in a detector shows a table of its state. Importing this module registers
 * them. */
import { BaseDetector } from "./detectors/base.ts";
import { IADNet } from "./detectors/iadnet/detector.ts";
import { JUPYTER_DISPLAY, type MimeBundle, tableBundle } from "./plots/bundle.ts";

/** A table of a detector's options and, once it is fitted, of what it learned. */
export function detectorBundle(detector: BaseDetector): MimeBundle {
  const isIADNet = detector instanceof IADNet;
  const options = isIADNet
    ? [["preset", detector.preset.name]] as const
    : Object.entries(detector.options).map(([name, value]) => [name, String(value)] as const);
  if (!detector.isFitted) return tableBundle(detector.name, [...options, ["state", "not fitted"]]);
  const { category, skeleton, seed, smallestP, heldOut: { clips: { length: held } } } = detector;
  return tableBundle(detector.name, [
    ...options,
    ["category", category],
    ["skeleton", `${skeleton.name}, ${skeleton.joints.length} joints`],
    ...(isIADNet ? [["network", networkText(detector)] as const] : []),
    [
      "calibration",
      held > 0 ? `${held} held-out clips, smallest possible p-value ${smallestP.toPrecision(2)}` : "none",
    ],
    ["seed", String(seed)],
  ]);
}

/** Register the display of all detectors. */
export function registerDisplays(): void {
  Object.defineProperty(BaseDetector.prototype, JUPYTER_DISPLAY, {
    value(this: BaseDetector) {
      return detectorBundle(this);
    },
    configurable: true,
    writable: true,
  });
}

function networkText({ config: { embedding, units, frames, flowLayers } }: IADNet): string {
  return `E ${embedding}, N ${units}, T ${frames}, flow of ${flowLayers} layers`;
}

registerDisplays();
