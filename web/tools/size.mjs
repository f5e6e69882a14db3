// Fails where the JavaScript that the first page loads is larger than its budget, compressed.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KIB = 200;
const dist = new URL("../dist/", import.meta.url);
const html = readFileSync(new URL("index.html", dist), "utf8");
const files = [...html.matchAll(/(?:src|href)="\/app\/([^"]+\.js)"/g)].map((match) => match[1]);
let total = 0;
for (const file of files) {
  const kib = gzipSync(readFileSync(new URL(file, dist))).length / 1024;
  total += kib;
  console.log(`${kib.toFixed(1).padStart(8)} KiB  ${file}`);
}
console.log(`${total.toFixed(1).padStart(8)} KiB  of ${BUDGET_KIB} KiB`);
if (total > BUDGET_KIB) process.exit(1);
