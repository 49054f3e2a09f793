import { assert, assertAlmostEquals } from "@std/assert";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { Random } from "../../../lib/core/random.ts";
import { principalDirections } from "../../../lib/detectors/iadnet/principal.ts";
import { openEngine } from "../../../lib/engine/select.ts";

/** Rows [n, d] with variances that fall along random directions. */
function rowsOf(n: number, d: number, seed: number) {
  const random = new Random(seed), rank = 40;
  const basis = Array.from(
    { length: rank },
    (_, k) => Array.from({ length: d }, () => random.normal(0, 2 * 0.9 ** k)),
  );
  const values = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    for (const direction of basis) {
      const along = random.normal();
      for (let k = 0; k < d; k++) values[i * d + k] += along * direction[k] / Math.sqrt(d);
    }
    for (let k = 0; k < d; k++) values[i * d + k] += random.normal(0, 0.01);
  }
  return { shape: [n, d], values };
}

for (const n of [30, 700]) {
  Deno.test(`Principal directions of ${n} rows: variances and subspace are those of the singular values`, async () => {
    const engine = await openEngine("onnx-cpu", 1), d = 60, most = 12;
    const rows = rowsOf(n, d, n),
      { variances, directions, coordinates } = await principalDirections(engine, rows, most);
    const matrix = new Matrix(
      Array.from({ length: n }, (_, i) => [...rows.values.subarray(i * d, (i + 1) * d)]),
    );
    const svd = new SingularValueDecomposition(matrix, { autoTranspose: true });
    for (let k = 0; k < most; k++) {
      assertAlmostEquals(variances[k] / (svd.diagonal[k] ** 2 / n), 1, 1e-3);
      let overlap = 0; // of direction k with the exact leading subspace
      for (let j = 0; j < most; j++) {
        let dot = 0;
        for (let i = 0; i < d; i++) {
          dot += svd.rightSingularVectors.get(i, j) * directions.values[i * most + k];
        }
        overlap += dot ** 2;
      }
      if (k < most - 2) assert(overlap > 0.999, `direction ${k}: ${overlap}`);
    }
    // orthonormal, and the coordinates are the products of rows and directions
    for (let a = 0; a < most; a++) {
      for (let b = 0; b < most; b++) {
        let dot = 0;
        for (let i = 0; i < d; i++) dot += directions.values[i * most + a] * directions.values[i * most + b];
        assertAlmostEquals(dot, Number(a === b), 1e-3);
      }
      let product = 0;
      for (let i = 0; i < d; i++) product += rows.values[i] * directions.values[i * most + a];
      assertAlmostEquals(coordinates[a], product, 1e-3);
    }
    await engine.close();
  });
}

Deno.test("Rows that are all zero have one direction and no variance", async () => {
  const engine = await openEngine("onnx-cpu", 1);
  const { variances } = await principalDirections(engine, { shape: [3, 4], values: new Float32Array(12) }, 5);
  assert(variances.length === 1 && variances[0] === 0);
  await engine.close();
});
