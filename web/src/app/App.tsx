import type { Transport } from "@connectrpc/connect";
import { TransportProvider } from "@connectrpc/connect-query";
import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import { AppRoutes } from "./routes";
import { SessionContext } from "@/lib/session/context";
import type { Session } from "@/lib/session/session";

interface Props {
  session: Session;
  transport: Transport;
  queryClient: QueryClient;
}

export function App({ session, transport, queryClient }: Props) {
  return (
    <SessionContext value={session}>
      <TransportProvider transport={transport}>
        <QueryClientProvider client={queryClient}>
          <AppRoutes />
        </QueryClientProvider>
      </TransportProvider>
    </SessionContext>
  );
}
