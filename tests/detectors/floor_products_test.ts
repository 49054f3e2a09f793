/** Floors on large training sets: products on the engine give what the definitions give. */
import { assert, assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { sharedFeatures } from "../../lib/detectors/floors/feature_cache.ts";
import { createFloor } from "../../lib/detectors/floors/floors.ts";
import { MANY_VALUES } from "../../lib/detectors/floors/learner.ts";
import { mahalanobis } from "../../lib/detectors/floors/mahalanobis.ts";
import { nearest } from "../../lib/detectors/floors/nearest.ts";
import { meanOf, PRODUCT_ERROR, Products } from "../../lib/detectors/floors/products.ts";
import { evened, standardised } from "../../lib/detectors/floors/scaling.ts";
import { openEngine } from "../../lib/engine/select.ts";
import { randomClip } from "../support/data_fixtures.ts";

const engine = await openEngine("onnx-cpu", 1), open = () => Promise.resolve(engine);

/** Rows that differ by little from a common place far away, as poses do. */
function rowsOf(count: number, width: number, seed: number, place = 3): Float32Array[] {
  const random = new Random(seed);
  return Array.from(
    { length: count },
    () =>
      Float32Array.from(
        { length: width },
        (_, k) => place * Math.sin(k) + 0.2 * random.normal() * (1 + k % 3),
      ),
  );
}

/** Distance to the nearest row, by comparing with all. */
function definition(row: ArrayLike<number>, rows: readonly ArrayLike<number>[]): number {
  const squares = rows.map((other) => {
    let sum = 0;
    for (let k = 0; k < row.length; k++) sum += (row[k] - other[k]) ** 2;
    return sum;
  });
  return Math.sqrt(Math.min(...squares));
}

const WIDTH = 30_001, COUNT = 37;
assert(WIDTH * COUNT > MANY_VALUES);

Deno.test("Inner products on the engine differ from those in float64 by less than their stated error", async () => {
  const rows = rowsOf(COUNT, WIDTH, 1), others = rowsOf(33, WIDTH, 2), mean = meanOf(rows);
  const products = await new Products(rows, open).of(others);
  const centre = (row: Float32Array) => mean.map((value, k) => row[k] - value);
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + value * b[k], 0);
  for (const [q, other] of others.entries()) {
    const own = centre(other);
    assertAlmostEquals(products[q].square, dot(own, own), 1e-9 * products[q].square);
    for (const [i, row] of rows.entries()) {
      const error = Math.abs(products[q].products[i] - dot(own, centre(row)));
      assertGreater(PRODUCT_ERROR * Math.sqrt(dot(own, own) * dot(centre(row), centre(row))), error);
    }
  }
});

Deno.test("The distance to the nearest of many rows has the bits of the definition", async () => {
  const rows = rowsOf(COUNT, WIDTH, 3), [one] = rowsOf(1, WIDTH, 4);
  const near = (by: number) => rows[7].map((value, k) => value + by * Math.cos(k));
  const others = [
    ...rowsOf(40, WIDTH, 5), // more than one call of the engine
    ...[0, 1e-7, 1e-5, 1e-3].map(near),
    one.map((value) => 1e9 * value),
    one.map((value) => 1e-9 * value),
    rows[3].map((value, k) => (value + rows[4][k]) / 2), // as far from one as from the other
  ];
  const found = await nearest(rows, open)(others);
  others.forEach((other, i) => assertEquals(found[i], definition(other, rows), `row ${i}`));
});

Deno.test("Values beyond float32 are compared one by one", async () => {
  const rows = rowsOf(COUNT, WIDTH, 6).map((row) => Float64Array.from(row, (value) => 1e30 * value));
  const others = rowsOf(5, WIDTH, 7).map((row) => Float64Array.from(row, (value) => 1e30 * value));
  const found = await nearest(rows, open)(others);
  others.forEach((other, i) => assertEquals(found[i], definition(other, rows)));
});

Deno.test("Distances on scaled columns have the bits of the definition", async () => {
  const rows = rowsOf(COUNT, WIDTH, 8),
    others = rowsOf(6, WIDTH, 9),
    noEngine = () => Promise.reject(new Error());
  for (const scaled of [standardised(nearest), evened(3, nearest)]) {
    const found = await scaled(rows, open)(others), seen = scaled(rows, noEngine);
    for (const [i, other] of others.entries()) assertEquals(found.subarray(i, i + 1), await seen([other])); // one: no engine
  }
});

Deno.test("The Mahalanobis distance to many rows is that by inverting the covariance, within 1e-5", async () => {
  const rows = rowsOf(COUNT, WIDTH, 10), others = [...rowsOf(34, WIDTH, 11), ...rowsOf(2, WIDTH, 12, 9)];
  const between = rows[0].map((value, k) => (value + rows[1][k]) / 2); // nothing lies outside the span of the rows
  const all = [...others, rows[2], between],
    found = await mahalanobis(rows, open)(all),
    exact = exactly(rows, all);
  found.forEach((distance, i) => assertAlmostEquals(distance, exact[i], 1e-5 * exact[i], `row ${i}`));
});

/** Mahalanobis distances in float64, by Woodbury's identity instead of eigenvectors. */
function exactly(rows: readonly Float32Array[], others: readonly Float32Array[]): Float64Array {
  const mean = meanOf(rows), centre = (row: Float32Array) => mean.map((value, k) => row[k] - value);
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + value * b[k], 0);
  const centred = rows.map(centre), n = rows.length, d = mean.length;
  const gram = centred.map((a) => centred.map((b) => dot(a, b)));
  const trace = gram.reduce((sum, row, i) => sum + row[i], 0), mu = trace / (n * d);
  const size = gram.flat().reduce((sum, value) => sum + value * value, 0) / (n * n);
  const noise = (gram.reduce((sum, row, i) => sum + row[i] ** 2, 0) / n - size) / n;
  const shrinkage = Math.min(1, noise / (size - d * mu * mu)), ridge = shrinkage * mu;
  // (ridge I + (1 - a) / n X'X)^-1 = (I - X' (n ridge / (1 - a) I + XX')^-1 X) / ridge
  const system = gram.map((row, i) =>
    row.map((value, j) => value + (i === j ? ridge * n / (1 - shrinkage) : 0))
  );
  return Float64Array.from(others, (other) => {
    const own = centre(other), along = centred.map((row) => dot(own, row)), solved = solve(system, along);
    const inside = along.reduce((sum, value, i) => sum + value * solved[i], 0);
    return Math.sqrt((dot(own, own) - inside) / ridge);
  });
}

/** Solve a positive definite system by elimination. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]), n = rows.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const factor = rows[j][i] / rows[i][i];
      for (let k = i; k <= n; k++) rows[j][k] -= factor * rows[i][k];
    }
  }
  const out = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i][n];
    for (let k = i + 1; k < n; k++) sum -= rows[i][k] * out[k];
    out[i] = sum / rows[i][i];
  }
  return out;
}

Deno.test("Floors on one engine compute the features of a clip once, and score as on their own", async () => {
  let computed = 0;
  const features = sharedFeatures(engine, () => Float32Array.of(++computed));
  const clip = randomClip(1, 9), other = randomClip(2, 9);
  assertEquals([clip, other, clip].map((own) => features(own)[0]), [1, 2, 1]);
  assertEquals(sharedFeatures(engine, () => Float32Array.of(7))(clip), Float32Array.of(7)); // other features replace them
  assertEquals(features(clip), Float32Array.of(3));

  const train = Array.from({ length: 6 }, (_, i) => randomClip(10 + i, 9));
  for (const name of ["knn-poses", "knn-statistics", "mahalanobis"]) {
    const shared = createFloor(name, { engine }), alone = createFloor(name);
    await Promise.all([shared, alone].map((floor) => floor.fit(train, { seed: 0 })));
    for (let time = 0; time < 2; time++) {
      assertEquals(await shared.score([clip, other]), await alone.score([clip, other]));
    }
  }
});
