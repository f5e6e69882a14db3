import { useSignUp } from "../hooks/useCredentials";
import { SignedOutFrame } from "./SignedOutFrame";
import { TextLink } from "./TextLink";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { fieldErrors } from "@/lib/rpc/fields";

export default function SignUpPage() {
  const signUp = useSignUp();
  const errors = fieldErrors(signUp.error);
  return (
    <SignedOutFrame
      title="Make an account"
      subtitle="It lives on this server alone."
      footer={
        <>
          You have one? <TextLink to="/sign-in">Sign in</TextLink>
        </>
      }
    >
      <Form
        fields={["display_name", "email", "password"]}
        error={signUp.error}
        onSubmit={signUp.mutate}
      >
        <TextField
          label="Name"
          name="display_name"
          autoComplete="name"
          hint="What others see; may be left empty."
          error={errors.display_name}
        />
        <TextField
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          error={errors.email}
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          hint="10 to 128 characters."
          error={errors.password}
        />
        <Button type="submit" isBusy={signUp.isPending}>
          {signUp.isPending ? "Making the account…" : "Make the account"}
        </Button>
      </Form>
    </SignedOutFrame>
  );
}
