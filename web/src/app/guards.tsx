import { lazy, Suspense, useEffect } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { Brand } from "@/components/ui/Brand";
import { Failure, Loading, Skeleton } from "@/components/ui/States";
import { backoffMs, pause } from "@/lib/rpc/backoff";
import { useSession, useSessionState } from "@/lib/session/context";

const SignInAgain = lazy(() => import("./SignInAgain"));

interface From {
  from?: string;
}

/**
 * Lets signed-in people through; others sign in first and come back to the same page.
 *
 * Where a session expires, the page stays as it is, below the question to sign in again: nothing
 * that was typed is lost.
 */
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
    case "expired":
      return (
        <>
          <Outlet />
          <Suspense>{state.status === "expired" && <SignInAgain user={state.user} />}</Suspense>
        </>
      );
  }
}

/** Lets people through who are not signed in; others go where they came from. */
export function SignedOutOnly() {
  const state = useSessionState();
  const location = useLocation();
  if (state.status === "starting") return <Starting />;
  if (state.status === "signedIn" || state.status === "expired") {
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
