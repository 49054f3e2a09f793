/** Names in NTU RGB+D 120: its 26 mutual actions, its training subjects, and the mutual clips with incomplete skeletons. */

const TABLE = `
  50 punch Punch, 51 kick Kick, 52 push Push, 53 pat-on-back Pat o bk, 54 point-finger-at Pnt fng at,
  55 hug Hug, 56 give-something Give smtg, 57 touch-pocket Touch pkt, 58 handshake Hndsk,
  59 walk-towards Wlk twds, 60 walk-apart Wlk apt, 106 hit-with-something Hit w smtg,
  107 wield-knife Wield knife, 108 knock-over Knk ov, 109 grab Grab, 110 shoot-with-gun Shot w Gun,
  111 step-on-foot Stp o ft, 112 high-five High-five, 113 cheers-and-drink Chrs a drk,
  114 carry-together Cary smtg, 115 take-photo Take a pht, 116 follow Follow, 117 whisper-in-ear Wsp i er,
  118 exchange-things Exchg thgs, 119 support-with-hand Spt w hnd, 120 rock-paper-scissors Rk-pr-sr`;

/** Category, and its column head in the paper's Table I, by action number. The printed table lacks the head of `wield-knife`. */
export const NTU_CATEGORIES: ReadonlyMap<number, readonly [category: string, tableHead: string]> = new Map(
  TABLE.trim().split(/,\s+/).map((entry) => {
    const [, action, category, tableHead] = /^(\d+) (\S+) (.+)$/.exec(entry)!;
    return [Number(action), [category, tableHead]];
  }),
);

/** Parts of a clip's name `SsssCcccPpppRrrrAaaa`: camera set-up (1 to 32), camera (1 to 3), performer (1 to 106; the second person
 * is not named), replication (1 or 2), action (1 to 120). */
export type NtuName = Readonly<Record<"setup" | "camera" | "performer" | "replication" | "action", number>>;

/** Parse a clip's name; undefined if it is not one. */
export function parseNtuName(name: string): NtuName | undefined {
  const found = /^S(\d{3})C(\d{3})P(\d{3})R(\d{3})A(\d{3})$/.exec(name);
  if (!found) return undefined;
  const [setup, camera, performer, replication, action] = found.slice(1).map(Number);
  return { setup, camera, performer, replication, action };
}

/** Name of a clip from its parts. */
export function formatNtuName({ setup, camera, performer, replication, action }: NtuName): string {
  const part = (letter: string, value: number) => letter + String(value).padStart(3, "0");
  return part("S", setup) + part("C", camera) + part("P", performer) + part("R", replication) +
    part("A", action);
}

/** Training subjects of the cross-subject protocol, 53 of 106. */
export const NTU_TRAINING_SUBJECTS: ReadonlySet<number> = new Set(
  `1 2 4 5 8 9 13 14 15 16 17 18 19 25 27 28 31 34 35 38 45 46 47 49 50 52 53 54 55 56 57 58 59 70 74 78 80 81 82 83 84 85 86 89
  91 92 93 94 95 97 98 100 103`.split(/\s+/).map(Number),
);

/** Mutual clips with missing or incomplete skeletons: 96 of the 535 names in the authors' list (`shahroudy/NTURGB-D`). */
export const NTU_MISSING: ReadonlySet<string> = new Set(
  `S001C003P002R001A055 S003C001P019R001A055 S003C002P002R002A055 S003C002P018R002A055 S003C003P002R001A055
  S003C003P016R001A055 S005C003P021R002A057 S006C001P001R002A055 S006C002P016R001A051 S006C002P016R001A052
  S006C003P016R001A060 S006C003P017R001A055 S007C001P018R002A050 S007C001P025R002A051 S007C001P028R001A050
  S007C001P028R001A051 S007C001P028R001A052 S007C002P015R002A055 S007C002P026R001A050 S007C002P028R002A055
  S007C003P019R001A060 S008C002P008R002A059 S008C002P025R001A060 S008C002P035R001A059 S008C003P008R002A050
  S008C003P025R002A060 S009C002P015R002A050 S009C003P025R002A054 S010C002P016R002A055 S010C003P016R001A055
  S010C003P017R002A055 S011C001P018R002A050 S011C002P008R002A059 S011C002P016R002A055 S011C002P018R002A055
  S011C003P001R001A055 S011C003P002R001A055 S011C003P015R001A055 S011C003P016R001A055 S011C003P019R001A055
  S011C003P025R001A055 S011C003P028R002A055 S012C001P019R001A060 S012C001P019R002A060 S012C002P015R001A055
  S012C002P025R001A060 S012C003P008R001A057 S012C003P015R001A055 S012C003P015R002A055 S012C003P016R001A055
  S012C003P017R002A055 S012C003P018R001A055 S012C003P018R001A057 S012C003P025R001A055 S012C003P027R001A055
  S012C003P028R002A055 S013C001P015R001A054 S013C001P017R002A054 S013C002P015R001A054 S013C002P017R002A054
  S013C003P008R002A059 S013C003P015R001A054 S013C003P017R002A054 S013C003P027R001A055 S014C002P025R002A059
  S014C002P039R001A050 S014C003P007R002A059 S014C003P015R002A055 S014C003P019R002A055 S015C001P016R001A055
  S015C001P017R001A055 S015C001P017R002A055 S015C002P007R001A059 S015C002P016R002A055 S016C001P025R001A060
  S016C001P040R001A055 S016C001P040R002A055 S017C002P016R002A055 S017C003P008R001A059 S017C003P017R001A055
  S017C003P020R001A059 S021C001P059R001A108 S022C002P061R001A113 S022C003P065R002A119 S023C002P055R001A114
  S024C001P063R001A109 S025C001P055R002A119 S025C003P056R002A119 S025C003P059R002A115 S026C003P075R001A117
  S026C003P075R001A118 S029C003P044R002A106 S029C003P051R002A110 S029C003P074R002A110 S031C002P042R001A111
  S031C002P082R002A117`.split(/\s+/),
);
