/** What a model's p-values can say, on stderr: the smallest one, and whether alarms are possible and sure. */
import type { Detector, HeldOutScores } from "../detectors/detector.ts";
import { smallestPOf } from "../metrics/conformal.ts";
import { note, warn } from "./stderr.ts";

/** Print the smallest possible p-value of clips or windows, and warn where it rules out alarms or where a model was trained on too few
 * clips for the rate of false alarms to be alpha.
 * A model without calibration has none.
 * @param alpha Rate of false alarms; undefined if none is given: then 0.05 is what most have in mind. */
export function printSmallestP(model: Detector, kind: keyof HeldOutScores, alpha: number | undefined): void {
  const { smallestP, category, heldOut: { clips: { length: clips }, [kind]: { length: count } } } = model;
  if (smallestP === 1) return;
  const smallest = smallestPOf(count), of = kind === "clips" ? "" : `${count} windows of `;
  note(`Smallest possible p-value of ${category}: ${smallest.toPrecision(3)} (${of}${clips} clips)`);
  const wanted = alpha ?? 0.05;
  if (wanted >= smallestP || (alpha === undefined && wanted >= smallest)) return;
  if (wanted < smallest) warn(`No alarm is possible at alpha ${wanted}; train with more clips`);
  else {
    const bound = (wanted + (1 - wanted) / (clips + 1)).toPrecision(2);
    warn(
      `Windows of a clip are alike: ${clips} clips assure a rate of false alarms of ${bound}, not ${wanted}; train with more clips`,
    );
  }
}
