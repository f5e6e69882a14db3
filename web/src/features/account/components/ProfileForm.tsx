import { useState } from "react";
import { useUpdateProfile } from "../hooks/useUpdateProfile";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { Notice } from "@/components/ui/Notice";
import type { User } from "@/gen/nilm/auth/v1/user_pb";
import { fieldErrors, secretOf, textOf } from "@/lib/rpc/fields";

export function ProfileForm({ user }: { user: User }) {
  const update = useUpdateProfile();
  const [email, setEmail] = useState(user.email);
  const errors = fieldErrors(update.error);
  const isEmailChanged = email.trim() !== user.email;
  return (
    <Form
      fields={["display_name", "email", "current_password"]}
      call={update}
      onSubmit={(form) => {
        update.mutate({
          displayName: textOf(form, "display_name"),
          email: isEmailChanged ? email.trim() : "",
          currentPassword: secretOf(form, "current_password"),
        });
      }}
    >
      <TextField
        label="Name"
        name="display_name"
        autoComplete="name"
        defaultValue={user.displayName}
        error={errors.display_name}
      />
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="email"
        value={email}
        onChange={(event) => {
          setEmail(event.target.value);
        }}
        error={errors.email}
      />
      {isEmailChanged && (
        <TextField
          label="Present password"
          name="current_password"
          type="password"
          autoComplete="current-password"
          hint="Needed to change the address."
          error={errors.current_password}
        />
      )}
      {update.isSuccess && (
        <Notice>
          Saved.
          {update.data.pendingEmail &&
            ` The address changes once you open the link in the message to ${update.data.pendingEmail}.`}
        </Notice>
      )}
      <div>
        <Button type="submit" isBusy={update.isPending}>
          Save
        </Button>
      </div>
    </Form>
  );
}
