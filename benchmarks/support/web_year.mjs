// Measures in Chromium how long a year takes to show: `web_year.mjs URL BUILDING TURNS`, with the
// sign-in and a day of the year as JSON on standard input. Answers one line of JSON, times in ms.
import { readFileSync } from "node:fs";
import { signedIn } from "./sign_in.mjs";

const [url, building, turns] = process.argv.slice(2);
const { day, ...account } = JSON.parse(readFileSync(0, "utf8"));
const energy = `${url}/app/buildings/${building}/energy`;

/** Runs in the page: presses a button, if any, and answers when all of the range is drawn. */
async function drawn([title, button]) {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const isDrawn = () =>
    [...document.querySelectorAll("h2")].some((heading) => heading.textContent === title) &&
    document.querySelector('[data-testid="resolution"]') !== null &&
    document.querySelectorAll("canvas").length >= 2 &&
    document.querySelector('main [aria-busy="true"]') === null;
  const startedMs = button ? performance.now() : 0; // 0 is when the page began to load
  button?.click();
  while (!isDrawn()) await frame();
  await frame();
  await frame();
  return performance.now() - startedMs;
}

const { browser, page } = await signedIn(url, account);
const chosenMs = [];
const loadedMs = [];
for (let turn = 0; turn < Number(turns); turn += 1) {
  await page.goto(`${energy}?date=${day}`);
  await page.evaluate(drawn, ["Energy by hour"]);
  const year = await page.getByRole("radio", { name: "Year", exact: true }).elementHandle();
  chosenMs.push(await page.evaluate(drawn, ["Energy by month", year]));
  await page.goto(`${energy}?range=year&date=${day}`);
  loadedMs.push(await page.evaluate(drawn, ["Energy by month"]));
}
await browser.close();
console.log(JSON.stringify({ chosenMs, loadedMs }));
