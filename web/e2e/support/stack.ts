import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const REPOSITORY = join(import.meta.dirname, "..", "..", "..");
const READY_TIMEOUT_MS = 120_000;

/** Starts the real system with its demo household; the tests find it by the environment. */
export default async function startStack(): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), "nilm-e2e-"));
  const nilm = process.env.NILM_COMMAND ?? join(REPOSITORY, ".venv", "bin", "nilm");
  const child = spawn(nilm, ["up", "--port", "0", "--data-dir", dataDir, "--demo"], {
    cwd: REPOSITORY,
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.env.NILM_URL = await readyAddress(child);
  process.env.NILM_PID = String(child.pid);
  process.env.NILM_DEMO_PASSWORD = readFileSync(
    join(dataDir, "secrets", "demo_password"),
    "utf8",
  ).trim();
  return async () => {
    child.kill("SIGINT");
    await once(child, "exit");
    rmSync(dataDir, { recursive: true, force: true });
  };
}

async function readyAddress(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("nilm up has no output");
  const timer = setTimeout(() => child.kill("SIGINT"), READY_TIMEOUT_MS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [word, url] = line.split(" ");
      if (word === "ready" && url) return url;
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error("nilm up did not get ready");
}
