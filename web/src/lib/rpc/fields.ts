import { problemOf } from "./problem";

/** Returns what is wrong with each field of a failed call; nothing where it did not fail. */
export function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  return error == null ? {} : problemOf(error).fields;
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
