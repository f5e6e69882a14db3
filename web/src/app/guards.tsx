import { useEffect } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { Brand } from "@/components/ui/Brand";
import { Failure, Loading, Skeleton } from "@/components/ui/States";
import { backoffMs, pause } from "@/lib/rpc/backoff";
import { useSession, useSessionState } from "@/lib/session/context";

interface From {
  from?: string;
}

/** Lets signed-in people through; others sign in first and come back to the same page. */
export function SignedInOnly() {
  const state = useSessionState();
  const { pathname, search, hash } = useLocation();
  switch (state.status) {
    case "starting":
      return <Starting />;
    case "unreachable":
      return <Unreachable error={state.error} />;
    case "signedOut":
      return (
        <Navigate
          to="/sign-in"
          replace
          state={{ from: `${pathname}${search}${hash}` } satisfies From}
        />
      );
    case "signedIn":
      return <Outlet />;
  }
}

/** Lets people through who are not signed in; others go where they came from. */
export function SignedOutOnly() {
  const state = useSessionState();
  const location = useLocation();
  if (state.status === "starting") return <Starting />;
  if (state.status === "signedIn") {
    const { from } = (location.state ?? {}) as From;
    return <Navigate to={from ?? "/"} replace />;
  }
  return <Outlet />;
}

function Starting() {
  return (
    <div className="grid min-h-dvh place-items-center">
      <Loading label="Loading">
        <div className="grid justify-items-center gap-4">
          <Brand isCompact />
          <Skeleton className="h-1.5 w-32" />
        </div>
      </Loading>
    </div>
  );
}

function Unreachable({ error }: { error: unknown }) {
  const session = useSession();
  useEffect(() => {
    const gone = new AbortController();
    const tryAgain = async () => {
      for (let attempt = 1; ; attempt += 1) {
        await pause(backoffMs(attempt), gone.signal);
        if (gone.signal.aborted) return;
        await session.resume();
      }
    };
    void tryAgain();
    return () => {
      gone.abort();
    };
  }, [session]);
  return (
    <main className="grid min-h-dvh place-items-center">
      <Failure error={error} onRetry={() => void session.resume()} />
    </main>
  );
}
