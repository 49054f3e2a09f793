/** Skeletons of descriptions. */
import { assertEquals, assertThrows } from "@std/assert";
import { parseDescription } from "../../../lib/data/formats/description.ts";
import { DataError } from "../../../lib/core/errors.ts";

Deno.test("A skeleton of a description has names for joints, every one", () => {
  const skeleton = {
    name: "edges",
    joints: ["a", 3],
    parents: [-1, 0],
    pelvis: [0],
    hips: [0, 1],
    shoulders: [0, 1],
  };
  const text = JSON.stringify({ layout: "csv", skeleton, units: "m", up: "y", fps: 15 });
  assertThrows(
    () => parseDescription(new TextEncoder().encode(text), "iadnet.json"),
    DataError,
    "1 to 1000 names",
  );
});

Deno.test("A skeleton of a description has indices of its joints, as many as there must be", () => {
  const good = {
    name: "indices",
    joints: ["a", "b"],
    parents: [-1, 0],
    pelvis: [0],
    hips: [0, 1],
    shoulders: [0, 1],
  };
  const parse = (skeleton: unknown) =>
    parseDescription(
      new TextEncoder().encode(JSON.stringify({ layout: "csv", skeleton, units: "m", up: "y", fps: 15 })),
      "iadnet.json",
    );
  assertEquals(parse(good).skeleton!.parents, [-1, 0]);
  const wrong: [string, unknown][] = [
    ["parents", [-2, 0]],
    ["parents", [-1, 2]],
    ["parents", [-1]],
    ["pelvis", []],
    ["pelvis", [-1]],
    ["hips", [0, 2]],
    ["hips", [0.5, 1]],
    ["hips", ["0", 1]],
    ["shoulders", [0, 1, 1]],
    ["shoulders", "01"],
  ];
  for (const [key, value] of wrong) {
    assertThrows(() => parse({ ...good, [key]: value }), DataError, `skeleton.${key} must be`);
  }
});
