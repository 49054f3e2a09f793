/** Durations in words. */

/** A number of seconds as hours, minutes and seconds, such as `1 min 5 s`; at least a second.
 * @param {number} seconds @returns {string} */
export function duration(seconds) {
  const whole = Math.max(1, Math.round(seconds)),
    minutes = Math.floor(whole / 60),
    hours = Math.floor(minutes / 60);
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
