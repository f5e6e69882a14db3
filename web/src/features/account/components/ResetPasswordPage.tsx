import { useEffect, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { resetTokenOf } from "../api/resetLink";
import { useResetPassword } from "../hooks/useCredentials";
import { SignedOutFrame } from "./SignedOutFrame";
import { TextLink } from "./TextLink";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { Notice } from "@/components/ui/Notice";
import { fieldErrors } from "@/lib/rpc/fields";

export default function ResetPasswordPage() {
  const location = useLocation();
  const navigate = useNavigate();
  const [token] = useState(() => resetTokenOf(location));
  useEffect(() => {
    // A token in the address would stay in the history.
    if (token) void navigate(location.pathname, { replace: true });
  }, [token, navigate, location.pathname]);
  const reset = useResetPassword(token);
  return (
    <SignedOutFrame
      title="Set a new password"
      footer={<TextLink to="/sign-in">Back to sign-in</TextLink>}
    >
      {reset.isSuccess ? (
        <Notice>The password is set, and all sessions have ended. Sign in with it now.</Notice>
      ) : token ? (
        <Form fields={["new_password"]} call={reset} onSubmit={reset.mutate}>
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
          The link of your message is incomplete, used up or too old.{" "}
          <TextLink to="/forgot-password">Ask for a new one.</TextLink>
        </Notice>
      )}
    </SignedOutFrame>
  );
}
