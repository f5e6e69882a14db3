import { Code } from "@connectrpc/connect";
import { CloudOff, Lock, SearchX, TriangleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./Button";
import { classes } from "@/lib/classes";
import { problemOf } from "@/lib/rpc/problem";

/** Stands in for what is being loaded. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div
      aria-hidden
      className={classes(
        "animate-pulse rounded-lg bg-sunken motion-reduce:animate-none",
        className,
      )}
    />
  );
}

/** Tells screen readers that something is being loaded, around its skeletons. */
export function Loading({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="status" aria-busy>
      <span className="sr-only">{label}</span>
      {children}
    </div>
  );
}

interface MessageProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  /** The next step. */
  action?: ReactNode;
}

/** Nothing to show, why, and what to do. */
export function Message({ icon: Icon, title, children, action }: MessageProps) {
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-2 px-4 py-10 text-center">
      <div className="mb-1 grid size-12 place-items-center rounded-full bg-sunken text-muted">
        <Icon aria-hidden className="size-6" />
      </div>
      <p className="font-semibold">{title}</p>
      {children && <div className="text-sm text-muted">{children}</div>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}

/** A failed query: what happened and what to do. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = problemOf(error);
  const look: Partial<Record<Code, [LucideIcon, string]>> = {
    [Code.NotFound]: [SearchX, "This is not there"],
    [Code.PermissionDenied]: [Lock, "You may not see this"],
  };
  const [icon, title] =
    look[problem.code] ??
    (problem.isTransient
      ? [CloudOff, "No answer from the server"]
      : [TriangleAlert, "This could not be loaded"]);
  return (
    <div role="alert">
      <Message
        icon={icon}
        title={title}
        action={
          onRetry && (
            <Button look="secondary" onClick={onRetry}>
              Try again
            </Button>
          )
        }
      >
        {problem.message}
      </Message>
    </div>
  );
}
