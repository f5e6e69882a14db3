import { useEffect, useRef, type ReactNode } from "react";
import { Notice } from "./Notice";
import { problemOf } from "@/lib/rpc/problem";

/** The call that a form sends, as far as the form shows it; a mutation is one. */
export interface SentCall {
  error: unknown;
  isPending: boolean;
  /** How often it has failed and was tried again. */
  failureCount: number;
}

interface Props {
  /** The fields that the form shows, by proto name: their errors stand beside them. */
  fields: readonly string[];
  call: SentCall;
  /** What else stands above the fields, such as a change that somebody else made. */
  notice?: ReactNode;
  onSubmit: (values: FormData) => void;
  children: ReactNode;
}

/**
 * A form whose errors land where they belong.
 *
 * Its inputs keep what was typed, so nothing is lost when a call fails. The first wrong field gets
 * the focus; what belongs to no field stands above them, and is scrolled to.
 */
export function Form({ fields, call, notice, onSubmit, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const notices = useRef<HTMLDivElement>(null);
  const { error } = call;
  const problem = error == null ? undefined : problemOf(error);
  const landed = problem && Object.keys(problem.fields).some((field) => fields.includes(field));
  const isTriedAgain = call.isPending && call.failureCount > 0;
  const isNoticed = isTriedAgain || Boolean(notice) || (problem !== undefined && !landed);

  useEffect(() => {
    if (error == null) return;
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);

  useEffect(() => {
    if (isNoticed) notices.current?.scrollIntoView({ block: "nearest" });
  }, [isNoticed]);

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
      {isNoticed && (
        <div ref={notices} className="grid gap-4">
          {isTriedAgain && <Notice tone="warn">No answer from the server; trying again.</Notice>}
          {problem && !landed && <Notice tone="bad">{problem.message}</Notice>}
          {notice}
        </div>
      )}
      {children}
    </form>
  );
}
