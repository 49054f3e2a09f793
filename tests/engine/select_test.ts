import { assert, assertRejects } from "@std/assert";
import { EngineError, UsageError } from "../../lib/core/errors.ts";
import type { EngineName } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";

Deno.test("An unknown engine is refused with the known names; one that is not installed with what to install", async () => {
  await assertRejects(() => openEngine("abacus" as EngineName), UsageError, "expected one of auto, onnx-cpu");
  const error = await assertRejects(() => openEngine("tensorflow-gpu"), EngineError, "tensorflow-gpu");
  assert(error.install?.includes("CUDA 11.2"));
});
