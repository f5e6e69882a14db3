import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { RunsCard } from "./RunsCard";
import { Permission } from "@/gen/nilm/auth/v1/access_service_pb";
import { type Correction, CorrectionSchema, Verdict } from "@/gen/nilm/telemetry/v1/correction_pb";
import { type CreateCorrectionRequest } from "@/gen/nilm/telemetry/v1/correction_service_pb";
import { CorrectionService } from "@/gen/nilm/telemetry/v1/correction_service_pb";
import { RunService } from "@/gen/nilm/telemetry/v1/run_service_pb";
import { wrongFields } from "@/lib/rpc/fields";
import { renderWith } from "@/testing/render";

const EDITOR = [Permission.READINGS_WRITE];
const SPAN = { startMs: Date.UTC(2024, 0, 1), endMs: Date.UTC(2024, 6, 31) };

/** A server that found no run, and keeps what people say. */
class Server {
  corrections: Correction[] = [];
  failure: ConnectError | undefined;
  readonly created: CreateCorrectionRequest[] = [];

  readonly routes = ({ service }: ConnectRouter) => {
    service(RunService, { listApplianceRuns: () => ({ runCount: 0, coverage: 1 }) });
    service(CorrectionService, {
      createCorrection: (request) => {
        if (this.failure) throw this.failure;
        this.created.push(request);
        const { applianceId, verdict, startTime, endTime } = request;
        const times = { ...(startTime && { startTime }), ...(endTime && { endTime }) };
        this.say(create(CorrectionSchema, { applianceId, verdict, ...times }));
        return {};
      },
      listCorrections: () => ({ corrections: this.corrections }),
      deleteCorrection: ({ startTime }) => {
        if (this.failure) throw this.failure;
        this.corrections = this.corrections.filter(
          (each) => each.startTime?.seconds !== startTime?.seconds,
        );
        return {};
      },
    });
  };

  say(correction: Correction) {
    this.corrections = [...this.corrections, correction];
  }
}

function open(server: Server, permissions = EDITOR, isMeasured = false) {
  renderWith(<RunsCard applianceId="kettle" span={SPAN} isMeasured={isMeasured} />, {
    routes: server.routes,
    permissions,
  });
}

/** Opens the form and sends it with these times. */
async function send(start: string, end: string) {
  await userEvent.click(await screen.findByRole("button", { name: "Missed run" }));
  await type("Started", start);
  await type("Ended", end);
  await userEvent.click(screen.getByRole("button", { name: "Add the run" }));
}

async function type(label: string, text: string) {
  const input = screen.getByLabelText(label);
  await userEvent.clear(input);
  if (text) await userEvent.type(input, text);
}

function saidToRun(hour: number) {
  return create(CorrectionSchema, {
    applianceId: "kettle",
    startTime: timestampFromMs(Date.UTC(2024, 6, 1, hour)),
    endTime: timestampFromMs(Date.UTC(2024, 6, 1, hour, 4)),
    verdict: Verdict.RAN,
  });
}

const told = () => screen.findByRole("list", { name: "Also said to have run" });

describe("a missed run", () => {
  it("is kept by the clocks of the building, noted and listed", async () => {
    const server = new Server();
    open(server);
    await send("2024-07-01T07:00", "2024-07-01T07:04");
    expect(await screen.findByRole("status")).toHaveTextContent(/Noted that it ran .*7:00.*7:04/);
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(await told()).toHaveTextContent(/7:00.*7:04.*4 min/);
    expect(server.created).toMatchObject([
      {
        buildingId: "bld_1",
        applianceId: "kettle",
        startTime: timestampFromMs(Date.UTC(2024, 6, 1, 6)),
        endTime: timestampFromMs(Date.UTC(2024, 6, 1, 6, 4)),
        verdict: Verdict.RAN,
      },
    ]);
    expect(server.created[0]?.requestId).not.toBe("");
  });

  it("says whose clocks its times are by", async () => {
    open(new Server());
    await userEvent.click(await screen.findByRole("button", { name: "Missed run" }));
    expect(screen.getByRole("dialog")).toHaveAccessibleDescription(/Times in Europe\/London\./);
  });

  it("is sent by the keyboard alone", async () => {
    const server = new Server();
    open(server);
    (await screen.findByRole("button", { name: "Missed run" })).focus();
    await userEvent.keyboard("{Enter}");
    await type("Started", "2024-07-01T07:00");
    await type("Ended", "2024-07-01T07:04");
    await userEvent.keyboard("{Enter}");
    await told();
    expect(screen.getByRole("button", { name: "Missed run" })).toHaveFocus();
  });

  it("shows what is wrong beside its field, which gets the focus, and sends nothing", async () => {
    const server = new Server();
    open(server);
    await send("2024-07-01T07:00", "2024-07-01T06:00");
    const end = screen.getByLabelText("Ended");
    await waitFor(() => {
      expect(end).toHaveAccessibleDescription("Must be after the start.");
    });
    expect(end).toHaveFocus();
    expect(end).toBeInvalid();
    expect(screen.getByLabelText("Started")).toBeValid();
    expect(server.created).toEqual([]);
  });

  it("shows what the server says beside its field", async () => {
    const server = new Server();
    server.failure = wrongFields({ end_time: "must be at most 31 days after start_time" });
    open(server);
    await send("2024-05-01T07:00", "2024-07-01T07:00");
    await waitFor(() => {
      expect(screen.getByLabelText("Ended")).toHaveAccessibleDescription(/at most 31 days/);
    });
  });

  it("keeps what was typed when the call fails, and can be sent again", async () => {
    const server = new Server();
    server.failure = new ConnectError("the store is away", Code.Unavailable);
    open(server);
    await send("2024-07-01T07:00", "2024-07-01T07:04");
    expect(await screen.findByRole("alert")).toHaveTextContent("The store is away.");
    expect(screen.getByLabelText("Started")).toHaveValue("2024-07-01T07:00");
    expect(screen.getByLabelText("Ended")).toHaveValue("2024-07-01T07:04");
    server.failure = undefined;
    await userEvent.click(screen.getByRole("button", { name: "Add the run" }));
    expect(await told()).toBeVisible();
  });

  it("can be taken back, which leaves the focus at what says so", async () => {
    const server = new Server();
    server.say(saidToRun(6));
    open(server);
    const list = await told();
    await userEvent.click(within(list).getByRole("button", { name: /^Take back .*7:00/ }));
    const note = await screen.findByRole("status");
    expect(note).toHaveTextContent(/Took back that it ran .*7:00/);
    expect(note.parentElement).toHaveFocus();
    expect(list).not.toBeInTheDocument();
  });

  it("shows a failure to take it back", async () => {
    const server = new Server();
    server.say(saidToRun(6));
    server.failure = new ConnectError("the store is away", Code.Unavailable);
    open(server);
    await userEvent.click(within(await told()).getByRole("button", { name: /^Take back/ }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The store is away.");
  });

  it("is one of few that show until all are wanted", async () => {
    const server = new Server();
    for (let hour = 1; hour <= 7; hour += 1) server.say(saidToRun(hour));
    open(server);
    const list = await told();
    expect(within(list).getAllByRole("listitem")).toHaveLength(5);
    await userEvent.click(screen.getByRole("button", { name: "Show all 7" }));
    expect(within(list).getAllByRole("listitem")).toHaveLength(7);
  });

  it.each<[string, Permission[], boolean]>([
    ["who may only look", [], false],
    ["an appliance with a meter of its own", EDITOR, true],
  ])("cannot be added by or for %s", async (_, permissions, isMeasured) => {
    const server = new Server();
    server.say(saidToRun(6));
    open(server, permissions, isMeasured);
    expect(await told()).toBeVisible();
    expect(screen.queryByRole("button", { name: "Missed run" })).not.toBeInTheDocument();
    expect(screen.queryAllByRole("button", { name: /^Take back/ })).toHaveLength(
      permissions.length,
    );
  });
});
