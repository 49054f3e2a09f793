/** Subtle variations: the same interaction, in which one thing is not as usual. */
import { UsageError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import type { Vector } from "./body.ts";
import { delayRole, type Reach, type Role } from "./person.ts";
import { type Encounter, playScript, SYNTHETIC_CATEGORIES } from "./scripts.ts";

/** What is not as usual:
 *
 * - `other-hand`: the actor leads with the other hand or foot;
 * - `missed`: the targets of the actor's limbs are displaced by 10 cm, across the line between the people;
 * - `late`: the reactor does everything later by a quarter of the clip;
 * - `jerky`: the actor's limbs tremble by 2 to 3 cm along each axis, at 4 to 8 Hz;
 * - `half-reach`: the actor's limbs go half the way;
 * - `no-look`: the actor's head and shoulders are turned away by 45 to 55 degrees. */
export const VARIATIONS = ["other-hand", "missed", "late", "jerky", "half-reach", "no-look"] as const;

/** What is not as usual in an interaction. */
export type Variation = typeof VARIATIONS[number];

/** Categories in which nobody reaches for anything. */
const WITHOUT_REACH: readonly string[] = ["approach", "depart"];
/** Categories in which both hands do the same. */
const TWO_HANDED: readonly string[] = ["hug", "push", "imitate"];
/** Categories in which the reactor need not react. */
const UNANSWERED: readonly string[] = ["wave", "point"];

/** The variations that a category of `SYNTHETIC_CATEGORIES` can have: none of those without a reach (`approach`, `depart`); no
 * `other-hand` where both hands do the same; no `late` where the reactor need not react. */
export function variationsOf(category: string): Variation[] {
  if (!SYNTHETIC_CATEGORIES.includes(category) || WITHOUT_REACH.includes(category)) return [];
  return VARIATIONS.filter((variation) =>
    !(variation === "other-hand" && TWO_HANDED.includes(category)) &&
    !(variation === "late" && UNANSWERED.includes(category))
  );
}

/** Roles of actor and reactor in a variation. Its draws come from `random`, so that those of the encounter stay as they were.
 * @param seconds Length of the clip.
 * @throws {UsageError} If the category has no such variation. */
export function playVariation(
  category: string,
  encounter: Encounter,
  variation: Variation,
  seconds: number,
  random: Random,
): [Role, Role] {
  const known = variationsOf(category);
  if (!known.includes(variation)) {
    throw new UsageError(
      `Cannot vary ${category}: it has no variation ${variation}, known are ${known.join(", ") || "none"}`,
    );
  }
  if (variation === "other-hand") {
    const [actor, reactor] = encounter.hands;
    return playScript(category, { ...encounter, hands: [actor === "left" ? "right" : "left", reactor] });
  }
  const [actor, reactor] = playScript(category, encounter);
  if (variation === "late") return [actor, delayRole(reactor, 0.25)];
  return [varyActor(actor, variation, seconds, random), reactor];
}

function varyActor(
  actor: Role,
  variation: Exclude<Variation, "other-hand" | "late">,
  seconds: number,
  random: Random,
): Role {
  const reaching = (vary: (reach: Reach) => Reach): Role => ({ ...actor, reaches: actor.reaches.map(vary) });
  switch (variation) {
    case "missed": {
      const angle = random.uniform(0, 2 * Math.PI);
      const by: Vector = [0.1 * Math.cos(angle), 0.1 * Math.sin(angle), 0];
      return reaching((reach) => displace(reach, () => by));
    }
    case "jerky": {
      const waves = [0, 1, 2].map(() => {
        const size = random.uniform(0.02, 0.03), turns = random.uniform(4, 8) * seconds;
        const phase = random.uniform(0, 2 * Math.PI);
        return (t: number) => size * Math.sin(2 * Math.PI * turns * t + phase);
      });
      return reaching((reach) => displace(reach, (t) => [waves[0](t), waves[1](t), waves[2](t)]));
    }
    case "half-reach":
      return reaching((reach) => ({ ...reach, amount: (t) => reach.amount(t) / 2 }));
    case "no-look": {
      const angle = random.uniform(45, 55) * Math.PI / 180;
      return { ...actor, look: random.chance(0.5) ? angle : -angle };
    }
  }
}

/** The movement with its target displaced. */
function displace(reach: Reach, by: (t: number) => Vector): Reach {
  return {
    ...reach,
    place: (t) => {
      const [x, y, z] = reach.place(t), [dx, dy, dz] = by(t);
      return [x + dx, y + dy, z + dz];
    },
  };
}
