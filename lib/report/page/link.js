// @ts-check

/** A clip, as one category's detector scored it.
 * @typedef {{ clip: string, model: string }} ClipLink */

/** The part of an address that opens a clip, whatever characters its id has.
 *
 * @param {ClipLink} link */
export function linkTo({ clip, model }) {
  return `#clip=${encodeURIComponent(clip)}&model=${encodeURIComponent(model)}`;
}

/** The clip that an address opens; undefined if it names none. The model may be absent.
 *
 * @param {string} hash @returns {{ clip: string, model: string | undefined } | undefined} */
export function parseLink(hash) {
  const parts = new Map(
    hash.replace(/^#/, "").split("&").map((
      part,
    ) => /** @type {[string, string]} */ (part.split(/=(.*)/s, 2))),
  );
  const [clip, model] = ["clip", "model"].map((name) => decoded(parts.get(name)));
  return clip ? { clip, model } : undefined;
}

/** @param {string | undefined} text */
function decoded(text) {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return text; // a lone percent sign
  }
}
