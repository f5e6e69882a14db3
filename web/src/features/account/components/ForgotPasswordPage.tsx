import { useForgottenPassword } from "../hooks/useCredentials";
import { useSignInOptions } from "../hooks/useSignInOptions";
import { SignedOutFrame } from "./SignedOutFrame";
import { TextLink } from "./TextLink";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { Notice } from "@/components/ui/Notice";
import { fieldErrors } from "@/lib/rpc/fields";

export default function ForgotPasswordPage() {
  const request = useForgottenPassword();
  const { isResetByOperator } = useSignInOptions();
  return (
    <SignedOutFrame
      title="Forgotten password"
      subtitle={
        isResetByOperator
          ? "Whoever runs this server hands you a link that sets a new one."
          : "We send you a link that sets a new one."
      }
      footer={<TextLink to="/sign-in">Back to sign-in</TextLink>}
    >
      {request.isSuccess ? (
        <Notice>
          {isResetByOperator
            ? "If an account has this address, a message waits on the server. Ask whoever runs it for its link; it works once, for an hour."
            : "If an account has this address, a message is on its way. Its link works once, for an hour."}
        </Notice>
      ) : (
        <Form fields={["email"]} call={request} onSubmit={request.mutate}>
          <TextField
            label="Email"
            name="email"
            type="email"
            autoComplete="username"
            error={fieldErrors(request.error).email}
          />
          <Button type="submit" isBusy={request.isPending}>
            {isResetByOperator ? "Ask for the link" : "Send the link"}
          </Button>
        </Form>
      )}
    </SignedOutFrame>
  );
}
