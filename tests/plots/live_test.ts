import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { inlinePlotlyAgain, type MimeBundle } from "../../lib/plots/bundle.ts";
import { liveTraining } from "../../lib/plots/live.ts";

Deno.test("A live curve ends with its last step, in place of its first output", async () => {
  inlinePlotlyAgain();
  const shown = new Map<string, MimeBundle>();
  const output = (bundle: MimeBundle, { display_id, update }: { display_id: string; update: boolean }) => {
    assertEquals(shown.has(display_id), update);
    shown.set(display_id, bundle);
    return Promise.resolve();
  };
  const live = liveTraining({ detector: "iadnet:preset=tiny", seeds: [0] }, { every: 1e6, output });
  for (let step = 1; step <= 5; step++) live.onProgress({ step, loss: 10 - step, featureStd: 1 });
  await live.done();
  const [loader, figure] = [...shown.values()];
  assertEquals(shown.size, 2);
  assert((loader["text/html"] as string).length > 1e6);
  const { data } = figure["application/vnd.plotly.v1+json"] as { data: { y: number[] }[] };
  assertEquals(data[0].y, [9, 8, 7, 6, 5]);
  assertThrows(
    () => liveTraining({ detector: "iadnet:preset=tiny", seeds: [0] }),
    UsageError,
    "this is no notebook",
  );
});
