import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import { gainCorrelation, pearson, spearman } from "../../lib/metrics/correlation.ts";

const fixture = JSON.parse(Deno.readTextFileSync(new URL("../fixtures/statistics.json", import.meta.url)));

Deno.test("correlations equal scipy's", () => {
  for (const { a, b, ...expected } of fixture.correlations) {
    assertAlmostEquals(pearson(a, b), expected.pearson, 1e-12);
    assertAlmostEquals(spearman(a, b), expected.spearman, 1e-12);
  }
});

Deno.test("Pearson sees no shift and positive scale, Spearman no increasing map, and both change sign with a list", () => {
  const random = new Random(3);
  for (let k = 0; k < 300; k++) {
    const length = 3 + random.integer(9), draw = () => Array.from({ length }, () => random.normal());
    const a = draw(), b = draw(), r = pearson(a, b), rho = spearman(a, b);
    assertAlmostEquals(pearson(a.map((value) => 3 * value - 7), b), r, 1e-9);
    assertEquals(spearman(a.map(Math.exp), b), rho);
    for (const [own, value] of [[pearson, r], [spearman, rho]] as const) {
      assertAlmostEquals(own(b, a), value, 1e-12);
      assertAlmostEquals(own(a.map((x) => -x), b), -value, 1e-12);
      assert(value >= -1 && value <= 1);
    }
  }
  assertThrows(() => pearson([1, 1], [1, 2]), UsageError, "all values of one are equal");
  assertThrows(() => spearman([1, 2], [1]), UsageError, "2 and 1 values");
  assertThrows(() => pearson([1, Infinity], [1, 2]), UsageError, "Infinity");
});

Deno.test("the interval over seeds is 0 wide where seeds agree, and grows with what they differ by", () => {
  const random = new Random(4), dsp = Array.from({ length: 20 }, () => random.uniform(0.5, 3));
  const gains = (noise: number) =>
    Array.from({ length: 5 }, () => dsp.map((value) => 0.1 * value + random.normal(0, noise)));
  const same = gains(0), options = { seed: 0, replicates: 500 };
  const { bySeeds, byCategories, value } = gainCorrelation(dsp, same, options).pearson;
  assertAlmostEquals(value, 1, 1e-12);
  assertAlmostEquals(bySeeds!.low, 1, 1e-12);
  assertAlmostEquals(byCategories.low, 1, 1e-12);
  const width = (noise: number) => {
    const own = gainCorrelation(dsp, gains(noise), options).pearson;
    assert(own.bySeeds!.low < own.bySeeds!.high && own.byCategories.low < own.value);
    assert(own.byCategories.high > own.value);
    return own.bySeeds!.high - own.bySeeds!.low;
  };
  assert(width(0.02) < width(0.3));
  const one = gainCorrelation(dsp, [gains(0.1)[0]], options);
  assertEquals(one.spearman.bySeeds, undefined);
  assertEquals(gainCorrelation(dsp, same, options), gainCorrelation(dsp, same, options));
  assertThrows(() => gainCorrelation(dsp, [], options), UsageError, "at least one seed");
  assertThrows(() => gainCorrelation(dsp, [[1, 2]], options), UsageError, "20 and 2");
});

Deno.test("a bootstrap over seeds that one writes down gives the same interval", () => {
  const dsp = [1, 2, 3, 4, 5], gains = [[0, 2, 1, 4, 3], [1, 0, 2, 3, 5], [2, 1, 0, 5, 1]], replicates = 201;
  const random = new Random(9), values: number[] = [];
  for (let k = 0; k < replicates; k++) {
    const drawn = gains.map(() => gains[random.integer(gains.length)]);
    values.push(pearson(dsp, dsp.map((_, c) => drawn.reduce((sum, own) => sum + own[c], 0) / 3)));
  }
  values.sort((a, b) => a - b);
  const { bySeeds } = gainCorrelation(dsp, gains, { seed: 9, replicates }).pearson;
  assertAlmostEquals(bySeeds!.low, values[5], 1e-12);
  assertAlmostEquals(bySeeds!.high, values[195], 1e-12);
});

Deno.test("a correlation is never outside -1 to 1, though rounding would take it there", () => {
  const random = new Random(3);
  for (let trial = 0; trial < 2000; trial++) {
    const a = Array.from({ length: 5 }, () => random.normal());
    const scale = random.normal(), b = a.map((value) => value * scale);
    assert(Math.abs(pearson(a, b)) <= 1);
  }
});

Deno.test("a bootstrap has a positive whole number of replicates", () => {
  const draw = (replicates: number) => () => gainCorrelation([1, 2, 3], [[1, 3, 2]], { seed: 0, replicates });
  for (const replicates of [0, -1, 1.5, NaN]) {
    assertThrows(draw(replicates), UsageError, `must be a positive integer, got ${replicates}`);
  }
  draw(1)();
});
