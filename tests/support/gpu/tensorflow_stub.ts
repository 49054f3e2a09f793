/** Stands in for `@tensorflow/tfjs-node-gpu` where `gpu_test.ts` asks how the engine is chosen: the backend that this package
 * registers, with the kernels of tfjs's own. `STUB_GPU` says whether it claims a GPU. */
import util from "node:util";
import * as tf from "@tensorflow/tfjs";

// As the package itself does in most kernels; Node and Deno have removed the function.
(util as unknown as { isNullOrUndefined(value: unknown): boolean }).isNullOrUndefined(0);

tf.registerBackend("tensorflow", () => {
  const backend = tf.findBackendFactory("cpu")() as tf.KernelBackend;
  return Object.assign(backend, { isUsingGpuDevice: Deno.env.get("STUB_GPU") === "1" });
});
for (const kernel of tf.getKernelsForBackend("cpu")) {
  tf.registerKernel({ ...kernel, backendName: "tensorflow" });
}
