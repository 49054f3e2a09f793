import { assertEquals, assertRejects } from "@std/assert";
import { IadnetError } from "../../lib/core/errors.ts";
import type { Clip } from "../../lib/data/clip.ts";
import { BaseDetector } from "../../lib/detectors/base.ts";
import { randomClip } from "../support/data_fixtures.ts";

/** A detector that scores each clip by a function. */
class Scored extends BaseDetector {
  readonly name = "scored";
  readonly options = {};
  protected readonly shapes = () => [];

  constructor(readonly scoreOf: (clip: Clip, model: number) => number) {
    super({ engine: "onnx-cpu" });
  }

  protected steps() {
    return 0;
  }

  protected train() {
    return Promise.resolve({ tensors: {} });
  }

  protected openScorer() {
    const score = (clips: readonly Clip[], count: number) =>
      Promise.resolve(
        Array.from({ length: count }, (_, model) =>
          Float64Array.from(clips, (clip) => this.scoreOf(clip, model))),
      );
    return Promise.resolve({ score });
  }
}

Deno.test("A score that is not a finite number, of the main model or a calibration fold's, is an error that names the clip", async () => {
  const train = Array.from({ length: 6 }, (_, i) => ({ ...randomClip(i), id: `t${i}`, category: "hug" }));
  const test = [{ ...randomClip(8), id: "fine" }, { ...randomClip(9), id: "odd" }];
  for (const value of [NaN, Infinity, -Infinity]) {
    for (const odd of [0, 1]) {
      const detector = new Scored(({ id }, model) => id === "odd" && model === odd ? value : 1);
      await detector.fit(train, { seed: 0 });
      assertEquals((await detector.predict([test[0]])).map(({ alarm }) => alarm), [false]);
      await assertRejects(
        () => detector.predict(test),
        IadnetError,
        "Cannot score odd: its score by scored of hug is not a finite number",
      );
      if (odd === 0) await assertRejects(() => detector.score(test), IadnetError, "Cannot score odd");
    }
  }
});
