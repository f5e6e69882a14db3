// Measures in Chromium how often the live chart is drawn: `live_chart.mjs URL BUILDING SECONDS`,
// with the sign-in as JSON on standard input. Answers the time between frames, ms, as JSON.
import { readFileSync } from "node:fs";
import { signedIn } from "./sign_in.mjs";

const [url, building, seconds] = process.argv.slice(2);
const { browser, page } = await signedIn(url, JSON.parse(readFileSync(0, "utf8")));

/** Runs in the page: moves the pointer with each frame, so that each frame draws anew. */
async function frames(forMs) {
  const canvas = document.querySelector("[role=slider] canvas");
  const times = [];
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs) {
    times.push(await new Promise((resolve) => requestAnimationFrame(resolve)));
    const clientX = canvas.getBoundingClientRect().left + (times.length % canvas.clientWidth);
    canvas.dispatchEvent(
      new PointerEvent("pointermove", { clientX, clientY: 10, bubbles: true }),
    );
  }
  return times;
}

await page.goto(`${url}/app/buildings/${building}/now`);
await page.getByText("Live", { exact: true }).first().waitFor();
await page.getByRole("radio", { name: "1 h" }).click();
const times = await page.evaluate(frames, Number(seconds) * 1_000);
await browser.close();
console.log(JSON.stringify({ betweenMs: times.slice(1).map((time, i) => time - times[i]) }));
