import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import { wilcoxonSignedRank } from "../../lib/metrics/wilcoxon.ts";

const fixture = JSON.parse(Deno.readTextFileSync(new URL("../fixtures/statistics.json", import.meta.url)));

Deno.test("Wilcoxon's exact p-value is that of all sign patterns, one by one", () => {
  const random = new Random(1);
  for (let n = 1; n <= 11; n++) {
    const sizes = random.shuffle(Array.from({ length: n }, (_, i) => i + 1));
    const signed = sizes.map((size) => random.chance(0.4) ? -size : size);
    const test = wilcoxonSignedRank(signed);
    let extreme = 0;
    for (let pattern = 0; pattern < 2 ** n; pattern++) {
      let positive = 0;
      for (let i = 0; i < n; i++) if (pattern >> i & 1) positive += i + 1;
      if (Math.min(positive, n * (n + 1) / 2 - positive) <= test.statistic) extreme++;
    }
    assert(test.exact);
    assertAlmostEquals(test.p, extreme / 2 ** n, 1e-12);
  }
});

Deno.test("Wilcoxon's test equals scipy's, exact and approximate, with ties and zeros", () => {
  assert(fixture.wilcoxon.some((own: { exact: boolean }) => own.exact));
  for (const { differences, statistic, pairs, p, exact } of fixture.wilcoxon) {
    const own = wilcoxonSignedRank(differences);
    assertEquals([own.statistic, own.pairs, own.exact], [statistic, pairs, exact]);
    assertAlmostEquals(own.p, p, 1e-12);
  }
});

Deno.test("Wilcoxon's test does not see order, scale or which detector comes first", () => {
  const random = new Random(2);
  for (let k = 0; k < 500; k++) {
    const values = Array.from({ length: 1 + random.integer(40) }, () => random.integer(9) - 4);
    const own = wilcoxonSignedRank(values);
    assert(own.p > 0 && own.p <= 1);
    assertEquals(wilcoxonSignedRank(random.shuffle(values.map((value) => -8 * value))), own);
  }
  assertEquals(wilcoxonSignedRank([0, 0]), { statistic: 0, pairs: 0, p: 1, exact: true });
  assertThrows(() => wilcoxonSignedRank([]), UsageError, "got none");
  assertThrows(() => wilcoxonSignedRank([1, NaN]), UsageError, "got NaN");
});
