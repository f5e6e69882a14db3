import { useSignInOptions } from "../hooks/useSignInOptions";
import { PasswordForm } from "./PasswordForm";
import { ProfileForm } from "./ProfileForm";
import { Card } from "@/components/ui/Card";
import { Page } from "@/components/ui/Page";
import { Segmented } from "@/components/ui/Segmented";
import { useUser } from "@/lib/session/context";
import { chooseTheme, useTheme } from "@/lib/theme";

const THEMES = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

export default function ProfilePage() {
  const user = useUser();
  const { choice } = useTheme();
  const { isSupabase } = useSignInOptions();
  const subtitle = `Signed in as ${user.email}${isSupabase ? "; the account is kept by Supabase" : ""}`;
  return (
    <Page title="Profile" subtitle={subtitle}>
      <div className="grid items-start gap-4 sm:gap-5 lg:grid-cols-2">
        <Card title="About you">
          <ProfileForm user={user} />
        </Card>
        <Card title="Password" subtitle="A change ends all of your other sessions.">
          <PasswordForm />
        </Card>
        <Card title="Appearance">
          <Segmented label="Appearance" value={choice} options={THEMES} onChange={chooseTheme} />
        </Card>
      </div>
    </Page>
  );
}
