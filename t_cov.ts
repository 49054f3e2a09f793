import { describeCoverage, parseCoverage } from "./tests/coverage.ts";
const f = parseCoverage(Deno.readTextFileSync(Deno.args[0]), "/work/wt-faults/"); const d = describeCoverage(f); console.log(d.missed.join("\n")); console.log(d.percent);
