import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { problemOf } from "./problem";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "@/gen/google/rpc/error_details_pb";

describe("problemOf", () => {
  it("tells what is wrong with each field", () => {
    const error = new ConnectError("bad request", Code.InvalidArgument, undefined, [
      {
        desc: BadRequestSchema,
        value: create(BadRequestSchema, {
          fieldViolations: [{ field: "email", description: "must be an address" }],
        }),
      },
      { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason: "INVALID" }) },
    ]);
    const problem = problemOf(error);
    expect(problem.fields).toEqual({ email: "Must be an address." });
    expect(problem.reason).toBe("INVALID");
    expect(problem.isTransient).toBe(false);
  });

  it("tells when a repeat may help", () => {
    const error = new ConnectError("too many", Code.ResourceExhausted, undefined, [
      {
        desc: RetryInfoSchema,
        value: create(RetryInfoSchema, { retryDelay: { seconds: 2n, nanos: 500_000_000 } }),
      },
    ]);
    expect(problemOf(error)).toMatchObject({
      retryAfterMs: 2500,
      isTransient: true,
      isUnreachable: false,
    });
  });

  it("knows a server that cannot be reached", () => {
    const failure = ConnectError.from(new TypeError("Failed to fetch"));
    expect(problemOf(failure)).toMatchObject({ isTransient: true, isUnreachable: true });
    expect(problemOf(failure).message).toMatch(/cannot be reached/);
  });
});
