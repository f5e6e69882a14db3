import { create } from "@bufbuild/protobuf";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { shownJobs, startJobs } from "./jobs";
import { DisaggregationJobSchema, JobState } from "@/gen/nilm/inference/v1/job_pb";
import { JobService } from "@/gen/nilm/inference/v1/job_service_pb";

const DAY_MS = 86_400_000;

describe("startJobs", () => {
  it("cuts a span that one job does not take, each piece with an id of its own", async () => {
    const spans: number[][] = [];
    const ids = new Set<string>();
    const transport = createRouterTransport(({ service }) => {
      service(JobService, {
        createDisaggregationJob({ startTime, endTime, requestId }) {
          if (startTime && endTime) spans.push([timestampMs(startTime), timestampMs(endTime)]);
          ids.add(requestId);
          return {};
        },
      });
    });
    const span = { startMs: 0, endMs: 1_600 * DAY_MS };
    await startJobs(createClient(JobService, transport), "bld_1", span, "once");
    expect(spans).toEqual([
      [0, 1_000 * DAY_MS],
      [1_000 * DAY_MS, 1_600 * DAY_MS],
    ]);
    expect(ids.size).toBe(2);
  });
});

describe("shownJobs", () => {
  it("shows what goes on and what ended lately", () => {
    const job = (jobId: string, state: JobState, finishedMs?: number) =>
      create(DisaggregationJobSchema, {
        jobId,
        state,
        finishTime: finishedMs === undefined ? undefined : timestampFromMs(finishedMs),
      });
    const jobs = [
      job("waits", JobState.QUEUED),
      job("runs", JobState.RUNNING),
      job("just ended", JobState.FAILED, 9.9 * DAY_MS),
      job("ended", JobState.SUCCEEDED, 9.99 * DAY_MS),
      job("long ago", JobState.SUCCEEDED, 9 * DAY_MS),
    ];
    const shown = shownJobs(jobs, 10 * DAY_MS).map(({ jobId }) => jobId);
    expect(shown).toEqual(["waits", "runs", "ended"]);
  });
});
