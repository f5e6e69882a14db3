import { timestampMs } from "@bufbuild/protobuf/wkt";
import { useMutation } from "@connectrpc/connect-query";
import { Badge } from "@/components/ui/Badge";
import { ConfirmButton } from "@/components/ui/ConfirmButton";
import { ListRow } from "@/components/ui/List";
import type { User } from "@/gen/nilm/auth/v1/user_pb";
import { UserService } from "@/gen/nilm/auth/v1/user_service_pb";
import { formatTime } from "@/lib/format/times";
import { useInvalidate } from "@/lib/rpc/useInvalidate";
import { useUser } from "@/lib/session/context";
import { browserZone } from "@/lib/time/zones";

/** One account; what is done to it is asked first. Nobody acts on his own. */
export function UserRow({ user }: { user: User }) {
  const isSelf = useUser().userId === user.userId;
  const since = user.createTime
    ? ` · since ${formatTime(timestampMs(user.createTime), browserZone(), "dayAndYear")}`
    : "";
  return (
    <ListRow
      title={
        <>
          {user.displayName}
          {isSelf && <Badge tone="good">You</Badge>}
          {user.isAdmin && <Badge>Administrator</Badge>}
          {user.isDisabled && <Badge tone="bad">Deactivated</Badge>}
        </>
      }
      detail={`${user.email}${since}`}
      actions={!isSelf && <UserActions user={user} />}
    />
  );
}

function UserActions({ user: { userId, displayName, isAdmin, isDisabled } }: { user: User }) {
  const invalidate = useInvalidate();
  const update = useMutation(UserService.method.updateUser);
  const remove = useMutation(UserService.method.deleteUser);
  const change = async (changes: { isAdmin?: boolean; isDisabled?: boolean }) => {
    await update.mutateAsync({ userId, ...changes });
    await invalidate(UserService.method.listUsers);
  };
  return (
    <>
      <ConfirmButton
        label={isAdmin ? "Demote" : "Promote"}
        accessibleLabel={`${isAdmin ? "Demote" : "Promote"} ${displayName}`}
        look="quiet"
        question={
          isAdmin
            ? `Take the administration from ${displayName}?`
            : `Make ${displayName} an administrator?`
        }
        consequence={
          isAdmin
            ? "The account keeps its roles in buildings, and no more."
            : "Administrators see and change everything, every building and account included."
        }
        confirmLabel={isAdmin ? "Demote" : "Promote"}
        onConfirm={() => change({ isAdmin: !isAdmin })}
      />
      <ConfirmButton
        label={isDisabled ? "Activate" : "Deactivate"}
        accessibleLabel={`${isDisabled ? "Activate" : "Deactivate"} ${displayName}`}
        look="quiet"
        question={`${isDisabled ? "Activate" : "Deactivate"} the account of ${displayName}?`}
        consequence={
          isDisabled
            ? "The person may sign in again."
            : "The person is signed out everywhere and may not sign in; nothing is deleted."
        }
        confirmLabel={isDisabled ? "Activate" : "Deactivate"}
        onConfirm={() => change({ isDisabled: !isDisabled })}
      />
      <ConfirmButton
        label="Delete"
        accessibleLabel={`Delete the account of ${displayName}`}
        look="quiet"
        question={`Delete the account of ${displayName}?`}
        consequence="It is gone for good, with its sessions and memberships. Buildings stay."
        confirmLabel="Delete the account"
        onConfirm={async () => {
          await remove.mutateAsync({ userId });
          await invalidate(UserService.method.listUsers);
        }}
      />
    </>
  );
}
