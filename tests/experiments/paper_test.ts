import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  PAPER_AUROC,
  PAPER_DISPLACEMENTS,
  paperColumns,
  paperDataset,
  paperRows,
  type PaperTableName,
} from "../../lib/experiments/tables/paper.ts";

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

Deno.test("the mean of each printed row on Inter-X is the printed mean", () => {
  const methods: Record<string, number> = {};
  for (const table of ["I", "II", "III"] as const) {
    for (const { method, values, average } of paperRows(table, "interx")) {
      assertEquals([...values.keys()], paperColumns("interx").map(([category]) => category), method);
      assert(Math.abs(sum(values.values()) / 40 - average) <= 0.0005 + 1e-12, `${table}: ${method}`);
      methods[table] = (methods[table] ?? 0) + 1;
    }
  }
  assertEquals(methods, { I: 4, II: 3, III: 2 });
});

Deno.test("on NTU RGB+D 120 the legible figures, with the first decimals of the others, allow the printed mean", () => {
  const illegible: Record<string, Record<string, number>> = {
    "STG-NF": { "pat-on-back": 0.4, "wield-knife": 0.5 },
    "MoCoDAD": { "pat-on-back": 0.4, "wield-knife": 0.5 },
    "ML-AAD": { "pat-on-back": 0.4 },
    "IADNet": { "pat-on-back": 0.8 },
  };
  const columns = paperColumns("ntu120").map(([category]) => category), rows = paperRows("I", "ntu120");
  assertEquals(rows.map(({ method }) => method), Object.keys(illegible));
  for (const { method, values, average } of rows) {
    const missing = columns.filter((category) => !values.has(category));
    assertEquals(missing, Object.keys(illegible[method]));
    assertEquals([...values.keys()], columns.filter((category) => !missing.includes(category)));
    const low = sum(values.values()) + sum(Object.values(illegible[method])),
      high = low + 0.099 * missing.length;
    assert(low / 26 <= average + 0.0005 && high / 26 >= average - 0.0005, method);
  }
});

Deno.test("the paper's tables agree with each other", () => {
  const [, , , iadnet] = paperRows("I", "interx"), [without, withDrem] = paperRows("III", "interx");
  assertEquals(paperRows("II", "interx")[2].values, iadnet.values);
  assertEquals(withDrem.values, iadnet.values);
  assertEquals(paperRows("V", "interx").map(({ average }) => average), [0.624, iadnet.average]);
  const printed: Readonly<Record<string, readonly [auroc: number, gain: number]>> = { // in Table IV
    "imitate": [0.585, 0.172],
    "massaging-leg": [0.646, 0.276],
    "dance": [0.718, 0.163],
    "fly-kiss": [0.695, 0.008],
  };
  assertEquals(Object.keys(PAPER_DISPLACEMENTS), Object.keys(printed));
  for (const [category, [auroc, gain]] of Object.entries(printed)) {
    assertEquals(iadnet.values.get(category), auroc);
    assertEquals((auroc - without.values.get(category)!).toFixed(3), gain.toFixed(3));
  }
});

Deno.test("only the paper's experiments have figures, and only its data sets", () => {
  for (const table of ["II", "III", "V"] as PaperTableName[]) assertEquals(paperRows(table, "ntu120"), []);
  assertEquals(["interx", "ntu120", "ntu120-smplx", "sbu", "own"].map(paperDataset), [
    "interx",
    "ntu120",
    "ntu120",
    undefined,
    undefined,
  ]);
});

Deno.test("figures that the text of the paper quotes are in the table", () => {
  const [, , mlaad, iadnet] = paperRows("I", "interx");
  const gain = (category: string) => iadnet.values.get(category)! - mlaad.values.get(category)!;
  assertEquals([gain("dance"), gain("help-up")].map((value) => value.toFixed(3)), ["0.175", "0.135"]);
});

Deno.test("the paper's columns average to the averages that the paper prints", () => {
  const mean = (format: string) => {
    const { "macro mean": printed, ...rest } = PAPER_AUROC[format];
    const values = Object.values(rest);
    return { printed, sum: values.reduce((a, b) => a + b, 0), n: values.length };
  };
  const interx = mean("interx"), ntu = mean("ntu120");
  assertEquals([interx.n, ntu.n], [40, 25]);
  assertAlmostEquals(interx.sum / interx.n, interx.printed, 1e-3);
  const cutOff = ntu.printed * 26 - ntu.sum; // the value of which only 0.8 is printed
  assert(cutOff > 0.79 && cutOff < 0.91);
});
