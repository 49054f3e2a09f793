/** All fault trials by name. */
import { corrupt } from "./corrupt.ts";
import { edited } from "./edited.ts";
import { hostile } from "./hostile.ts";
import { disk } from "./disk.ts";
import { inject } from "./inject.ts";
import { kill } from "./kill.ts";
import type { Figure, Trial } from "./kit.ts";
import { mutate } from "./mutate.ts";
import { order } from "./order.ts";
import { soak } from "./soak.ts";
import { uploads } from "./uploads.ts";

export const TRIALS: Readonly<Record<string, (trial: Trial) => Promise<Figure>>> = {
  kill,
  corrupt,
  inject,
  mutate,
  edited,
  hostile,
  disk,
  order,
  soak,
  uploads,
};
