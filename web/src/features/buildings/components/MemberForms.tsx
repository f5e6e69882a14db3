import { useMutation } from "@connectrpc/connect-query";
import { useState } from "react";
import { roleOf, ROLES } from "../api/names";
import { Button } from "@/components/ui/Button";
import { SelectField, TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { AccessService } from "@/gen/nilm/auth/v1/access_service_pb";
import { Role, type Member } from "@/gen/nilm/buildings/v1/member_pb";
import { MemberService } from "@/gen/nilm/buildings/v1/member_service_pb";
import { useBuilding } from "@/lib/building/context";
import { fieldErrors, textOf } from "@/lib/rpc/fields";
import { newRequestId } from "@/lib/rpc/requestId";
import { useInvalidate } from "@/lib/rpc/useInvalidate";

export function NewMemberForm({ onDone }: { onDone: () => void }) {
  const { buildingId } = useBuilding();
  const [requestId] = useState(newRequestId);
  const invalidate = useInvalidate();
  const create = useMutation(MemberService.method.createMember, {
    onSuccess: async () => {
      await invalidate(MemberService.method.listMembers);
      onDone();
    },
  });
  const errors = fieldErrors(create.error);
  return (
    <Form
      fields={["email", "role"]}
      call={create}
      onSubmit={(form) => {
        const role = roleOf(textOf(form, "role"));
        create.mutate({ buildingId, email: textOf(form, "email"), role, requestId });
      }}
    >
      <TextField label="Email" name="email" type="email" error={errors.email} />
      <RoleField defaultRole={Role.VIEWER} error={errors.role} />
      <div>
        <Button type="submit" isBusy={create.isPending}>
          Add the member
        </Button>
      </div>
    </Form>
  );
}

export function RoleForm({ member, onDone }: { member: Member; onDone: () => void }) {
  const { buildingId } = useBuilding();
  const invalidate = useInvalidate();
  const update = useMutation(MemberService.method.updateMember, {
    onSuccess: async () => {
      await invalidate(MemberService.method.listMembers, AccessService.method.getBuildingAccess);
      onDone();
    },
  });
  return (
    <Form
      fields={["role"]}
      call={update}
      onSubmit={(form) => {
        update.mutate({ buildingId, userId: member.userId, role: roleOf(textOf(form, "role")) });
      }}
    >
      <RoleField defaultRole={member.role} error={fieldErrors(update.error).role} />
      <div>
        <Button type="submit" isBusy={update.isPending}>
          Save
        </Button>
      </div>
    </Form>
  );
}

function RoleField({ defaultRole, error }: { defaultRole: Role; error: string | undefined }) {
  return (
    <SelectField label="Role" name="role" defaultValue={defaultRole} error={error}>
      {ROLES.map(({ role, name, allows }) => (
        <option key={role} value={role}>
          {name}: {allows}
        </option>
      ))}
    </SelectField>
  );
}
