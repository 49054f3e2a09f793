/** Features that floors on one shared engine keep: a run scores the same test clips for each category. */
import type { Clip } from "../../data/clip.ts";
import type { OpenEngine } from "../../engine/engine.ts";
import type { Features } from "./features.ts";

/** Most bytes of features that are kept for one engine. */
const MOST = 2 ** 28;

/** Features of one kind, by clip. */
interface Kept {
  readonly features: Features;
  readonly rows: WeakMap<Clip, Float32Array>;
  bytes: number;
}

const KEPT = new WeakMap<OpenEngine, Kept>();

/** The features, which are kept for as long as the engine is in use with the same ones. Where they are more than fit, the clips that came
 * first keep theirs, and the others' are computed again. */
export function sharedFeatures(engine: OpenEngine, features: Features): Features {
  return (clip) => {
    let kept = KEPT.get(engine);
    if (kept?.features !== features) KEPT.set(engine, kept = { features, rows: new WeakMap(), bytes: 0 });
    const known = kept.rows.get(clip);
    if (known) return known;
    const row = features(clip);
    if (kept.bytes + row.byteLength <= MOST) {
      kept.rows.set(clip, row);
      kept.bytes += row.byteLength;
    }
    return row;
  };
}
