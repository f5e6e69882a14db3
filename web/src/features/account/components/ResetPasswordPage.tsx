import { useSearchParams } from "react-router";
import { useResetPassword } from "../hooks/useCredentials";
import { SignedOutFrame } from "./SignedOutFrame";
import { TextLink } from "./TextLink";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { Notice } from "@/components/ui/Notice";
import { fieldErrors } from "@/lib/rpc/fields";

export default function ResetPasswordPage() {
  const [search] = useSearchParams();
  const token = search.get("token") ?? "";
  const reset = useResetPassword(token);
  return (
    <SignedOutFrame
      title="Set a new password"
      footer={<TextLink to="/sign-in">Back to sign-in</TextLink>}
    >
      {reset.isSuccess ? (
        <Notice>The password is set, and all sessions have ended. Sign in with it now.</Notice>
      ) : token ? (
        <Form fields={["new_password"]} error={reset.error} onSubmit={reset.mutate}>
          <TextField
            label="New password"
            name="new_password"
            type="password"
            autoComplete="new-password"
            hint="10 to 128 characters."
            error={fieldErrors(reset.error).new_password}
          />
          <Button type="submit" isBusy={reset.isPending}>
            Set the password
          </Button>
        </Form>
      ) : (
        <Notice tone="warn">
          This address lacks the token of your message. Open the link in it again, or ask for a new
          one.
        </Notice>
      )}
    </SignedOutFrame>
  );
}
