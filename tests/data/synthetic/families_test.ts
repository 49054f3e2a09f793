import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../../lib/core/random.ts";
import {
  MUTANT_KINDS,
  type MutantKind,
  mutantKinds,
  mutateScript,
} from "../../../lib/data/synthetic/families.ts";
import { drawScript } from "../../../lib/data/synthetic/random_script.ts";

/** Paths of all values of a script that differ, such as `people.0.path.walkIn`. */
function differences(a: unknown, b: unknown, path = ""): string[] {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return a === b ? [] : [path];
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const at = (value: object, key: string) => (value as Record<string, unknown>)[key];
  return [...keys].flatMap((key) => differences(at(a, key), at(b, key), path ? `${path}.${key}` : key));
}

/** What a mutant of each kind may change; <p> is the number of one person. */
const ELEMENTS: Readonly<Record<MutantKind, RegExp>> = {
  reach: /^people\.<p>\.reaches\./,
  delay: /^people\.<p>\.delay$/,
  path: /^people\.<p>\.path\.(walkIn|leave)$/,
  height: /^people\.<p>\.reaches\.\d\.height$/,
  kind: /^people\.<p>\.reaches\.\d\.kind$/,
  distance: /^near$/,
  partner: /^people\.<p>\./,
  timing: /^people\.<p>\.shift$/,
  place: /^people\.<p>\.displaced\.\d$/,
};

const seeds = Array.from({ length: 200 }, (_, seed) => seed);

Deno.test("A mutant differs from its parent in exactly one element, in one person", () => {
  const seen = new Set<MutantKind>();
  for (const seed of seeds) {
    const random = new Random(seed), parent = drawScript(random), before = structuredClone(parent);
    for (const kind of mutantKinds(parent)) {
      const changed = differences(parent, mutateScript(parent, kind, random));
      seen.add(kind);
      assert(changed.length > 0, `${kind} of ${seed} changes nothing`);
      const people = new Set(changed.map((path) => path.match(/^people\.(\d)/)?.[1] ?? ""));
      assertEquals(people.size, 1);
      for (const path of changed) {
        const general = path.replace(/^people\.\d/, "people.<p>");
        assert(ELEMENTS[kind].test(general), `${kind} changed ${path}`);
      }
    }
    assertEquals(parent, before);
  }
  assertEquals(seen.size, MUTANT_KINDS.length);
});

Deno.test("Mutants between the people keep to their ranges", () => {
  for (const seed of seeds) {
    const random = new Random(seed), parent = drawScript(random), kinds = mutantKinds(parent);
    if (kinds.includes("timing")) {
      const shifts = mutateScript(parent, "timing", random).people.map(({ shift }) => Math.abs(shift)).sort();
      assertEquals(shifts[0], 0);
      assert(shifts[1] >= 0.15 && shifts[1] <= 0.4);
    }
    if (kinds.includes("place")) {
      const sizes = mutateScript(parent, "place", random).people.map(({ displaced }) =>
        Math.hypot(...displaced)
      );
      assertEquals(Math.min(...sizes), 0);
      assert(Math.max(...sizes) >= 0.1 - 1e-9 && Math.max(...sizes) <= 0.35 + 1e-9);
    }
    const near = mutateScript(parent, "distance", random).near;
    assert(near > 0.1 && Math.abs(near - parent.near) >= 0.2 - 1e-9);
  }
});

Deno.test("A script is a plain value", () => {
  const script = drawScript(new Random(4));
  assertEquals(JSON.parse(JSON.stringify(script)), script);
  assertAlmostEquals(script.near, 0.45, 0.31);
});
