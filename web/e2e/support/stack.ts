import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const REPOSITORY = join(import.meta.dirname, "..", "..", "..");
const READY_TIMEOUT_MS = 120_000;

export const ADMIN_EMAIL = "admin@home.local";
export const ADMIN_PASSWORD = "a password of the administrator";

/** Starts the real system with its demo household; the tests find it by the environment. */
export default async function startStack(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "nilm-e2e-"));
  const dataDir = join(folder, "data");
  const adminPassword = join(folder, "admin-password");
  writeFileSync(adminPassword, ADMIN_PASSWORD);
  const nilm = process.env.NILM_COMMAND ?? join(REPOSITORY, ".venv", "bin", "nilm");
  const child = spawn(nilm, ["up", "--port", "0", "--data-dir", dataDir, "--demo"], {
    cwd: REPOSITORY,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      NILM_AUTH_INITIAL_ADMIN_EMAIL: ADMIN_EMAIL,
      NILM_AUTH_INITIAL_ADMIN_PASSWORD_FILE: adminPassword,
      NILM_AUTH_PASSWORD_MEMORY_KIB: "64", // the tests sign in often
    },
  });
  process.env.NILM_URL = await readyAddress(child);
  process.env.NILM_PID = String(child.pid);
  process.env.NILM_DATA_DIR = dataDir;
  process.env.NILM_DEMO_PASSWORD = secret(dataDir, "demo_password");
  return async () => {
    child.kill("SIGINT");
    await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
  };
}

function secret(dataDir: string, name: string): string {
  return readFileSync(join(dataDir, "secrets", name), "utf8").trim();
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
