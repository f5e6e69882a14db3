import { useChangePassword } from "../hooks/useCredentials";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { Notice } from "@/components/ui/Notice";
import { fieldErrors } from "@/lib/rpc/fields";

export function PasswordForm() {
  const change = useChangePassword();
  const errors = fieldErrors(change.error);
  return (
    <Form fields={["current_password", "new_password"]} call={change} onSubmit={change.mutate}>
      <TextField
        label="Present password"
        name="current_password"
        type="password"
        autoComplete="current-password"
        error={errors.current_password}
      />
      <TextField
        label="New password"
        name="new_password"
        type="password"
        autoComplete="new-password"
        hint="10 to 128 characters."
        error={errors.new_password}
      />
      {change.isSuccess && <Notice>The password is changed.</Notice>}
      <div>
        <Button type="submit" isBusy={change.isPending}>
          Change the password
        </Button>
      </div>
    </Form>
  );
}
