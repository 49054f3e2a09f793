/** Text that is safe to show. */

/** Control characters but for line break and tab, and those that turn the direction of text around. */
const CONTROL = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Text for a terminal: a character that would move the cursor, change colours or turn text around is shown as `\u` and its code. JSON
 * means the same afterwards. */
export function printable(text: string): string {
  return text.replace(
    CONTROL,
    (sign) => "\n\t".includes(sign) ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
