/** Names in Inter-X: its 40 categories by number, with the paper's names for them. */

const TABLE = `
  hug Hug, handshake Hndsk, wave Wave, grab Grab, hit Hit, kick Kick, posing Posing, push Push, pull Pull,
  sit-on-leg Sit o leg, slap Slap, pat-on-back Pat o bk, point-finger-at Pnt fng at,
  walk-towards Wlk twds, knock-over Knk ov, step-on-foot Stp o ft, high-five High-five, chase Chase,
  whisper-in-ear Wsp i er, support-with-hand Spt w hnd, rock-paper-scissors Rk-pr-sr, dance Dance,
  link-arms Link arms, shoulder-to-shoulder Sld t sld, bend Bend, carry-on-back Cry o bk,
  massaging-shoulder Msg sld, massaging-leg Msg leg, hand-wrestling Hnd wstl, chat Chat,
  pat-on-cheek Pat o chk, thumb-up Thb up, touch-head Tch hd, imitate Imitate, kiss-on-cheek Ks o ck,
  help-up Help up, cover-mouth Cvr mth, look-back Look back, block Block, fly-kiss Fly kiss`;

/** Category, and its column head in the paper's Table I, by action number. */
export const INTERX_CATEGORIES: readonly (readonly [category: string, tableHead: string])[] = TABLE.trim()
  .split(/,\s+/).map((entry) => {
    const [, category, tableHead] = /^(\S+) (.+)$/.exec(entry)!;
    return [category, tableHead];
  });

/** Parse a clip's name `GgggTtttAaaaRrrr`.
 * @returns The group (`G001`) and the action's number; undefined if it is not such a name. */
export function parseInterxName(
  name: string,
): { readonly group: string; readonly action: number } | undefined {
  const [, group, action] = /^(G\d{3})T\d{3}A(\d{3})R\d{3}$/.exec(name) ?? [];
  return group ? { group, action: Number(action) } : undefined;
}

/** Category name of a line of `action_setting.txt`: `Sit on leg` becomes `sit-on-leg`. */
export function categorySlug(line: string): string {
  return line.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
}
