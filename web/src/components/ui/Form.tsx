import { useMutationState } from "@tanstack/react-query";
import { useEffect, useRef, type ReactNode } from "react";
import { Notice } from "./Notice";
import { problemOf } from "@/lib/rpc/problem";

interface Props {
  /** The fields that the form shows, by proto name: their errors stand beside them. */
  fields: readonly string[];
  error: unknown;
  onSubmit: (values: FormData) => void;
  children: ReactNode;
}

/**
 * A form whose errors land where they belong.
 *
 * Its inputs keep what was typed, so nothing is lost when a call fails. The first wrong field gets
 * the focus; what belongs to no field stands above them.
 */
export function Form({ fields, error, onSubmit, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const problem = error == null ? undefined : problemOf(error);
  const isTriedAgain = useMutationState({
    filters: { status: "pending" },
    select: (mutation) => mutation.state.failureCount > 0,
  }).includes(true);
  const landed = problem && Object.keys(problem.fields).some((field) => fields.includes(field));

  useEffect(() => {
    if (error == null) return;
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);

  return (
    <form
      ref={form}
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(new FormData(event.currentTarget));
      }}
    >
      {isTriedAgain && <Notice tone="warn">No answer from the server; trying again.</Notice>}
      {problem && !landed && <Notice tone="bad">{problem.message}</Notice>}
      {children}
    </form>
  );
}
