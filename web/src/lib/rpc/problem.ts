import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "@/gen/google/rpc/error_details_pb";

/** What went wrong with a call, in the terms that screens need. */
export interface Problem {
  code: Code;
  /** For people, as the server said it. */
  message: string;
  /** For programs, such as `TOKEN_EXPIRED`; empty where the server gave none. */
  reason: string;
  /** What is wrong with each named field of the request, by its proto name. */
  fields: Readonly<Record<string, string>>;
  /** After how long a repeat may help; absent where the server did not say. */
  retryAfterMs: number | undefined;
  /** Whether nobody was there to answer. */
  isUnreachable: boolean;
  /** Whether the server could not be reached, or not now: the same call may work later. */
  isTransient: boolean;
}

const TRANSIENT = new Set([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.ResourceExhausted,
  Code.Aborted,
]);

/** Reads the rich status of a failed call. */
export function problemOf(error: unknown): Problem {
  const failure = ConnectError.from(error);
  const violations = failure
    .findDetails(BadRequestSchema)
    .flatMap((detail) => detail.fieldViolations);
  const retryDelay = failure.findDetails(RetryInfoSchema)[0]?.retryDelay;
  const isCut = isNetworkFailure(failure);
  return {
    code: failure.code,
    message: isCut
      ? "The server cannot be reached. Check the connection; this is tried again by itself."
      : sentence(failure.rawMessage),
    reason: failure.findDetails(ErrorInfoSchema)[0]?.reason ?? "",
    fields: Object.fromEntries(violations.map((each) => [each.field, sentence(each.description)])),
    retryAfterMs: retryDelay && Number(retryDelay.seconds) * 1000 + retryDelay.nanos / 1e6,
    isUnreachable: isCut || failure.code === Code.Unavailable,
    isTransient: isCut || TRANSIENT.has(failure.code),
  };
}

/** Whether a failure is one of these codes. */
export function hasCode(error: unknown, ...codes: Code[]): boolean {
  return codes.includes(ConnectError.from(error).code);
}

function isNetworkFailure(failure: ConnectError): boolean {
  const isFetchFailure = failure.cause instanceof TypeError;
  const isProxyFailure = /^HTTP 5\d\d/.test(failure.rawMessage); // an answer without a gRPC status
  return isFetchFailure || isProxyFailure;
}

function sentence(text: string): string {
  if (!text) return "Something went wrong.";
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
