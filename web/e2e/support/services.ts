import { execFileSync } from "node:child_process";

/** Ends a part of the system at once, as a crash would; its supervisor starts it again. */
export function crash(name: "auth" | "telemetry" | "gateway"): void {
  process.kill(pidOf(name), "SIGKILL");
}

/** Stops a part of the system, so that it is there and does not answer; returns what goes on. */
export function freeze(name: "auth" | "telemetry"): () => void {
  const pid = pidOf(name);
  process.kill(pid, "SIGSTOP");
  return () => {
    process.kill(pid, "SIGCONT");
  };
}

/** Lets nothing that crashes be started again, until what is returned is called. */
export function holdRestarts(): () => void {
  const pid = Number(process.env.NILM_PID);
  process.kill(pid, "SIGSTOP");
  return () => {
    process.kill(pid, "SIGCONT");
  };
}

/** Finds a part among the children of the system under test. */
function pidOf(name: string): number {
  const listing = execFileSync("ps", ["-o", "pid=,args=", "--ppid", process.env.NILM_PID ?? ""], {
    encoding: "utf8",
  });
  const words = name === "gateway" ? "bootstrap.yaml" : `nilm_${name}`;
  const line = listing.split("\n").find((each) => each.includes(words));
  if (!line) throw new Error(`${name} does not run`);
  return Number(line.trim().split(/\s+/)[0]);
}
