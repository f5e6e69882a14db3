import { useInfiniteQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { Users } from "lucide-react";
import { useDeferredValue } from "react";
import { useSearchParams } from "react-router";
import { AdminPage } from "./AdminPage";
import { UserRow } from "./UserRow";
import { Button } from "@/components/ui/Button";
import { Card } from "@/components/ui/Card";
import { TextField } from "@/components/ui/Field";
import { List } from "@/components/ui/List";
import { Failure, Loading, Message, Skeleton } from "@/components/ui/States";
import { UserService } from "@/gen/nilm/auth/v1/user_service_pb";

const PAGE_SIZE = 50;

/** All accounts: who administers the system, and who may sign in. */
export default function UsersPage() {
  const [params, setParams] = useSearchParams();
  const wanted = params.get("q") ?? "";
  return (
    <AdminPage title="Users" subtitle="Every account of this installation">
      <Card>
        <div className="grid gap-5">
          <div className="max-w-sm">
            <TextField
              label="Search by email"
              type="search"
              value={wanted}
              onChange={(event) => {
                const text = event.target.value;
                setParams(text ? { q: text } : {}, { replace: true });
              }}
            />
          </div>
          <UserList emailContains={useDeferredValue(wanted.trim())} />
        </div>
      </Card>
    </AdminPage>
  );
}

function UserList({ emailContains }: { emailContains: string }) {
  const query = useInfiniteQuery(
    UserService.method.listUsers,
    { pageSize: PAGE_SIZE, pageToken: "", emailContains },
    {
      pageParamKey: "pageToken",
      getNextPageParam: (page) => page.nextPageToken || undefined,
      placeholderData: keepPreviousData,
    },
  );
  if (query.isPending) {
    return (
      <Loading label="Loading the accounts">
        <Skeleton className="h-48" />
      </Loading>
    );
  }
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const users = query.data.pages.flatMap((page) => page.users);
  if (users.length === 0) {
    return <Message icon={Users} title={`No account has “${emailContains}” in its email`} />;
  }
  return (
    <div className="grid gap-4">
      <List label="Accounts">
        {users.map((user) => (
          <UserRow key={user.userId} user={user} />
        ))}
      </List>
      {query.hasNextPage && (
        <div>
          <Button
            look="secondary"
            isBusy={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            More
          </Button>
        </div>
      )}
    </div>
  );
}
