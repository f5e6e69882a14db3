import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { ApplianceJobs } from "./ApplianceJobs";
import { FindAppliances } from "./FindAppliances";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import { JobState } from "@/gen/nilm/inference/v1/job_pb";
import { JobService } from "@/gen/nilm/inference/v1/job_service_pb";
import { renderWith } from "@/testing/render";

const DAY_MS = 86_400_000;

/** A server with one job; it ends when it is cancelled. */
function server(first: JobState, asked: string[] = []) {
  const job = {
    jobId: "job_1",
    buildingId: "bld_1",
    startTime: timestampFromMs(20_000 * DAY_MS),
    endTime: timestampFromMs(20_007 * DAY_MS),
    state: first,
    fraction: 0.4,
    message: "",
  };
  const withEnd = () => ({
    ...job,
    finishTime: job.state === JobState.RUNNING ? undefined : timestampFromMs(Date.now()),
  });
  const jobs: (typeof job)[] = first === JobState.UNSPECIFIED ? [] : [job];
  return ({ service }: ConnectRouter) => {
    service(JobService, {
      listDisaggregationJobs: () => ({ jobs: jobs.map(withEnd) }),
      createDisaggregationJob: ({ requestId }) => {
        asked.push(requestId);
        job.state = JobState.RUNNING;
        jobs.push(job);
        return { job };
      },
      cancelDisaggregationJob: () => {
        job.state = JobState.CANCELLED;
        return { job: withEnd() };
      },
    });
  };
}

describe("ApplianceJobs", () => {
  it("shows a job that was begun before the page was opened, and cancels it", async () => {
    renderWith(<ApplianceJobs />, {
      routes: server(JobState.RUNNING),
      permissions: [Permission.PREDICTIONS_WRITE],
    });
    expect(await screen.findByRole("progressbar")).toHaveAttribute("aria-valuenow", "40");
    await userEvent.click(screen.getByRole("button", { name: /^Cancel/ }));
    expect(await screen.findByText(/^Cancelled/)).toBeVisible();
    expect(screen.queryByRole("progressbar")).toBeNull();
  });

  it("says when the estimates are ready", async () => {
    renderWith(<ApplianceJobs />, { routes: server(JobState.SUCCEEDED) });
    expect(await screen.findByText(/The estimates are ready/)).toBeVisible();
  });

  it("says where the jobs cannot be read, and reads them when asked to", async () => {
    let failures = 1;
    renderWith(<ApplianceJobs />, {
      routes: ({ service }) => {
        service(JobService, {
          listDisaggregationJobs: () => {
            if (failures-- > 0) throw new ConnectError("no answer", Code.Unavailable);
            return { jobs: [{ jobId: "job_1", state: JobState.RUNNING, fraction: 0.4 }] };
          },
        });
      },
    });
    expect(await screen.findByRole("alert")).toHaveTextContent("No answer from the server");
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("progressbar")).toHaveAttribute("aria-valuenow", "40");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("shows no control to those who may not cancel", async () => {
    renderWith(<ApplianceJobs />, { routes: server(JobState.RUNNING) });
    expect(await screen.findByRole("progressbar")).toBeVisible();
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("follows the job that was just started", async () => {
    const asked: string[] = [];
    renderWith(
      <>
        <FindAppliances firstTimeMs={20_000 * DAY_MS} lastTimeMs={20_007 * DAY_MS} />
        <ApplianceJobs />
      </>,
      { routes: server(JobState.UNSPECIFIED, asked), permissions: [Permission.PREDICTIONS_WRITE] },
    );
    await userEvent.click(screen.getByRole("button", { name: "Find the appliances" }));
    expect(await screen.findByText(/you may leave this page/)).toBeVisible();
    expect(await screen.findByRole("progressbar")).toBeVisible();
    expect(asked).toHaveLength(1);
  });
});
