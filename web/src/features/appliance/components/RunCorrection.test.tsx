import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { RunCorrection } from "./RunCorrection";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import { CorrectionSchema, Verdict } from "@/gen/nilm/telemetry/v1/correction_pb";
import { CorrectionService } from "@/gen/nilm/telemetry/v1/correction_service_pb";
import { ApplianceRunSchema } from "@/gen/nilm/telemetry/v1/run_pb";
import { renderWith } from "@/testing/render";

const times = {
  startTime: timestampFromMs(Date.UTC(2024, 0, 31, 7)),
  endTime: timestampFromMs(Date.UTC(2024, 0, 31, 7, 4)),
};
const run = create(ApplianceRunSchema, { applianceId: "kettle", ...times });
const rejected = create(CorrectionSchema, {
  applianceId: "kettle",
  ...times,
  verdict: Verdict.DID_NOT_RUN,
});
const EDITOR = [Permission.READINGS_WRITE];

const server =
  (said: string[], failure?: ConnectError) =>
  ({ service }: ConnectRouter) => {
    service(CorrectionService, {
      createCorrection: ({ applianceId, verdict, startTime, endTime }) => {
        if (failure) throw failure;
        expect(startTime).toEqual(times.startTime);
        expect(endTime).toEqual(times.endTime);
        said.push(`${applianceId} ${Verdict[verdict]}`);
        return {};
      },
      deleteCorrection: ({ applianceId, startTime }) => {
        expect(startTime).toEqual(times.startTime);
        said.push(`${applianceId} taken back`);
        return {};
      },
    });
  };

async function choose(item: string, button = /Not right\?/) {
  await userEvent.click(screen.getByRole("button", { name: button }));
  await userEvent.click(await screen.findByRole("menuitem", { name: item }));
}

describe("RunCorrection", () => {
  it.each([
    ["It did run", ["kettle RAN"]],
    ["It did not run", ["kettle DID_NOT_RUN"]],
    ["It was the dishwasher", ["dishwasher RAN", "kettle DID_NOT_RUN"]],
  ])("keeps what is said: %s", async (item, expected) => {
    const said: string[] = [];
    renderWith(<RunCorrection run={run} correction={undefined} />, {
      routes: server(said),
      permissions: EDITOR,
    });
    await choose(item);
    await waitFor(() => {
      expect(said).toEqual(expected);
    });
  });

  it("shows what was said, and takes it back", async () => {
    const said: string[] = [];
    renderWith(<RunCorrection run={run} correction={rejected} />, {
      routes: server(said),
      permissions: EDITOR,
    });
    expect(screen.getByText("did not run")).toBeVisible();
    await choose("Take back what was said", /Change/);
    await waitFor(() => {
      expect(said).toEqual(["kettle taken back"]);
    });
  });

  it("shows a failure", async () => {
    renderWith(<RunCorrection run={run} correction={undefined} />, {
      routes: server([], new ConnectError("the store is away", Code.Unavailable)),
      permissions: EDITOR,
    });
    await choose("It did run");
    expect(await screen.findByRole("alert")).toBeVisible();
  });

  it("lets those who may only look see what was said, and nothing more", () => {
    renderWith(<RunCorrection run={run} correction={rejected} />);
    expect(screen.getByText("did not run")).toBeVisible();
    expect(screen.queryByRole("button")).not.toBeInTheDocument();
  });
});
