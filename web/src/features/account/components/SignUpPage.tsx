import { useSignUp } from "../hooks/useCredentials";
import { useSignInOptions } from "../hooks/useSignInOptions";
import { SignedOutFrame } from "./SignedOutFrame";
import { TextLink } from "./TextLink";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { Notice } from "@/components/ui/Notice";
import { fieldErrors } from "@/lib/rpc/fields";

export default function SignUpPage() {
  const signUp = useSignUp();
  const { isSignUpOpen, isSupabase } = useSignInOptions();
  const errors = fieldErrors(signUp.error);
  return (
    <SignedOutFrame
      title="Make an account"
      subtitle={isSupabase ? "It is kept by Supabase." : "It lives on this server alone."}
      footer={
        <>
          You have one? <TextLink to="/sign-in">Sign in</TextLink>
        </>
      }
    >
      {signUp.data?.isToConfirm ? (
        <Notice>
          A message is on its way to {signUp.data.email}. Open its link to confirm the address, then
          sign in.
        </Notice>
      ) : isSignUpOpen === false ? (
        <Notice tone="warn">
          Nobody can make an account here at present. Ask an administrator for one.
        </Notice>
      ) : (
        <Form fields={["display_name", "email", "password"]} call={signUp} onSubmit={signUp.mutate}>
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
      )}
    </SignedOutFrame>
  );
}
