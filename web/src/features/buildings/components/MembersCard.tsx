import { useMutation, useQuery } from "@connectrpc/connect-query";
import { Plus } from "lucide-react";
import { roleName } from "../api/names";
import { NewMemberForm, RoleForm } from "./MemberForms";
import { Badge } from "@/components/ui/Badge";
import { Card } from "@/components/ui/Card";
import { ConfirmButton } from "@/components/ui/ConfirmButton";
import { DialogButton } from "@/components/ui/Dialog";
import { List, ListRow } from "@/components/ui/List";
import { Failure, Loading, Skeleton } from "@/components/ui/States";
import type { Member } from "@/gen/nilm/buildings/v1/member_pb";
import { MemberService } from "@/gen/nilm/buildings/v1/member_service_pb";
import { useBuilding } from "@/lib/building/context";
import { useInvalidate } from "@/lib/rpc/useInvalidate";
import { useUser } from "@/lib/session/context";

/** Who belongs to the building; for those who may manage its members. */
export function MembersCard() {
  const { buildingId } = useBuilding();
  const { userId } = useUser();
  const query = useQuery(MemberService.method.listMembers, { buildingId, pageSize: 1000 });
  return (
    <Card
      title="Members"
      subtitle="Who may see the building, and do what"
      actions={
        <DialogButton
          label={
            <>
              <Plus aria-hidden className="size-4" /> New member
            </>
          }
          title="New member"
          description="The person needs an account here first."
        >
          {(close) => <NewMemberForm onDone={close} />}
        </DialogButton>
      }
    >
      {query.isPending && (
        <Loading label="Loading the members">
          <Skeleton className="h-24" />
        </Loading>
      )}
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <List label="Members">
          {query.data.members.map((member) => (
            <ListRow
              key={member.userId}
              title={
                <>
                  {member.displayName}
                  {member.userId === userId && <Badge tone="good">You</Badge>}
                </>
              }
              detail={member.email}
              value={<Badge>{roleName(member.role)}</Badge>}
              actions={<MemberActions member={member} />}
            />
          ))}
        </List>
      )}
    </Card>
  );
}

function MemberActions({ member }: { member: Member }) {
  const { buildingId } = useBuilding();
  const invalidate = useInvalidate();
  const remove = useMutation(MemberService.method.deleteMember);
  const { userId, displayName } = member;
  return (
    <>
      <DialogButton
        label="Role"
        accessibleLabel={`Change the role of ${displayName}`}
        look="quiet"
        title={`Role of ${displayName}`}
      >
        {(close) => <RoleForm member={member} onDone={close} />}
      </DialogButton>
      <ConfirmButton
        label="Remove"
        accessibleLabel={`Remove ${displayName}`}
        look="quiet"
        question={`Remove ${displayName} from the building?`}
        consequence="The account stays; it sees this building no more, from now on."
        confirmLabel="Remove the member"
        onConfirm={async () => {
          await remove.mutateAsync({ buildingId, userId });
          await invalidate(MemberService.method.listMembers);
        }}
      />
    </>
  );
}
