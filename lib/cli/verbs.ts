/** The verbs of the command line. A new one is a file, and a line here. */
import { benchmark } from "./benchmark.ts";
import { compare } from "./compare.ts";
import { completionsOf } from "./completions.ts";
import { coordination } from "./coordination.ts";
import { doctor } from "./doctor.ts";
import { explain } from "./explain.ts";
import { exportModel } from "./export.ts";
import { few } from "./few.ts";
import { figures } from "./figures.ts";
import type { Verbs } from "./help.ts";
import { inspect } from "./inspect.ts";
import { localize } from "./localize.ts";
import { prepare } from "./prepare.ts";
import { pretrain } from "./pretrain.ts";
import { report } from "./report.ts";
import { score } from "./score.ts";
import { serve } from "./serve.ts";
import { splice } from "./splice.ts";
import { demo, train } from "./train.ts";
import { variations } from "./variations.ts";

/** Verbs by name, in the order of the help. */
export const VERBS: Verbs = {
  demo,
  train,
  score,
  report,
  serve,
  figures,
  localize,
  explain,
  export: exportModel,
  inspect,
  prepare,
  pretrain,
  compare,
  coordination,
  variations,
  few,
  splice,
  benchmark,
  doctor,
  completions: completionsOf(() => VERBS),
};
