/** Links to clips, and the table as CSV. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { csvText } from "../../../lib/report/page/csv.js";
import { linkTo, parseLink } from "../../../lib/report/page/link.js";

Deno.test("A link gives back the clip and the model, whatever characters they have", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1 });
  fc.assert(fc.property(text, text, (clip, model) => {
    const link = linkTo({ clip, model });
    assertEquals(parseLink(link), { clip, model });
    assert(/^[!-~]+$/.test(link) && !/["<>]/.test(link), link);
  }));
});

Deno.test("A link that somebody wrote by hand may lack the model, and one of something else opens nothing", () => {
  assertEquals(parseLink("#clip=p01/03"), { clip: "p01/03", model: undefined });
  assertEquals(parseLink("#clip=50%"), { clip: "50%", model: undefined });
  for (const hash of ["", "#", "#clip=", "#top", "#model=hug"]) assertEquals(parseLink(hash), undefined);
});

Deno.test("Cells of a CSV file that a spreadsheet would run as formulas are text, and numbers stay numbers", () => {
  const lines = csvText(["a", "b"], [["=1+1", -1.5], ["+x", undefined], ["@y", 0.1], ["\tz", 1e-7]]).split(
    "\r\n",
  );
  assertEquals(lines, ["a,b", "'=1+1,-1.5", "'+x,", "'@y,0.1", "'\tz,1e-7", ""]);
  assertEquals(csvText(["a"], [['-"q",\n'], ["\rw"]]), `a\r\n"'-""q"",\n"\r\n"'\rw"\r\n`);
});
