import { assert } from "@std/assert";
import { COLOURS } from "../../lib/plots/style.ts";

Deno.test("Text is readable on white and on black, and data colours stand out from both", () => {
  const channel = (value: number) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = (hex: string) =>
    [1, 3, 5].reduce(
      (sum, at, k) => sum + [0.2126, 0.7152, 0.0722][k] * channel(parseInt(hex.slice(at, at + 2), 16) / 255),
      0,
    );
  const contrasts = (hex: string) => [1.05 / (luminance(hex) + 0.05), (luminance(hex) + 0.05) / 0.05];
  assert(Math.min(...contrasts(COLOURS.grey)) > 4.5); // WCAG AA
  for (const colour of [COLOURS.blue, COLOURS.vermillion, COLOURS.green]) {
    assert(Math.min(...contrasts(colour)) > 3, colour); // WCAG 1.4.11
  }
});
