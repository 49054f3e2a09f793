/** All fault trials by name. */
import type { Figure, Trial } from "./kit.ts";
import { kill } from "./kill.ts";

export const TRIALS: Readonly<Record<string, (trial: Trial) => Promise<Figure>>> = { kill };
