// deno-lint-ignore-file no-console -- says why tests are skipped
/** A browser for tests of pages: Debian's chromium, driven by playwright-core. */
import { assertEquals } from "@std/assert";
import { type Browser, chromium, type Page } from "playwright-core";
import { keepPage, watchPage } from "./page_coverage.ts";

/** Where a browser may be. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser's program; undefined if there is none, which is said. */
export const BROWSER = PLACES.find((place) => {
  try {
    return Deno.statSync(place).isFile;
  } catch {
    return false;
  }
});
if (!BROWSER) {
  console.warn("Skipped: tests of pages, because there is no chromium (apt-get install chromium)");
}

/** A page, with what went wrong in it and what it asked for. */
export interface Watched {
  readonly page: Page;
  /** Errors on the console, and exceptions. */
  readonly errors: string[];
  /** Addresses that were asked for. */
  readonly requests: string[];
}

/** Run `use` with a browser, and close it. */
export async function withBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({
    executablePath: BROWSER!,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    await use(browser);
    for (const context of browser.contexts()) for (const page of context.pages()) await keepPage(page);
  } finally {
    await browser.close();
  }
}

/** Open an address in a page of that width, and watch it. */
export async function openPage(
  browser: Browser,
  address: string,
  { width = 1400, height = 900, dark = false, calm = false } = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    reducedMotion: calm ? "reduce" : "no-preference",
  });
  const page = await context.newPage(), errors: string[] = [], requests: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await watchPage(page);
  await page.goto(address);
  return { page, errors, requests };
}

/** Nothing went wrong on the page, and it asked for nothing but itself (and what `own` allows). */
export function assertClean({ errors, requests }: Watched, own: (address: string) => boolean): void {
  assertEquals(errors, []);
  assertEquals(requests.filter((address) => !address.startsWith("data:") && !own(address)), []);
}
