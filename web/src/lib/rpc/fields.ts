import { Code, ConnectError } from "@connectrpc/connect";
import { problemOf } from "./problem";
import { BadRequestSchema } from "@/gen/google/rpc/error_details_pb";

/** Returns what is wrong with each field of a failed call; nothing where it did not fail. */
export function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  return error == null ? {} : problemOf(error).fields;
}

/** Returns the failure of a call that cannot be made, as a server would word it: what is wrong by field. */
export function wrongFields(wrong: Readonly<Record<string, string>>): ConnectError {
  const fieldViolations = Object.entries(wrong).map(([field, description]) => ({
    field,
    description,
  }));
  const message = fieldViolations.map((each) => `${each.field}: ${each.description}`).join("; ");
  const detail = { desc: BadRequestSchema, value: { fieldViolations } };
  return new ConnectError(message, Code.InvalidArgument, undefined, [detail]);
}

/** Returns a text input's value out of a form. */
export function textOf(values: FormData, name: string): string {
  const value = values.get(name);
  return typeof value === "string" ? value.trim() : "";
}

/** Returns a password out of a form, its spaces kept. */
export function secretOf(values: FormData, name: string): string {
  const value = values.get(name);
  return typeof value === "string" ? value : "";
}
