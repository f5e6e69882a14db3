import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { NavLink } from "react-router";
import { Page } from "@/components/ui/Page";
import { Message } from "@/components/ui/States";
import { classes } from "@/lib/classes";
import { useUser } from "@/lib/session/context";

const SCREENS = [
  { title: "Models", path: "/admin/models" },
  { title: "Users", path: "/admin/users" },
  { title: "System", path: "/admin/system" },
];

interface Props {
  title: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A screen for administrators, with the ways to the others; its content asks nothing before. */
export function AdminPage({ title, subtitle, actions, children }: Props) {
  const { isAdmin } = useUser();
  if (!isAdmin) {
    return (
      <Page title={title}>
        <Message icon={Lock} title="For administrators alone">
          Ask one of them if you need something changed here.
        </Message>
      </Page>
    );
  }
  return (
    <Page title={title} subtitle={subtitle} actions={actions}>
      <nav aria-label="Administration" className="flex gap-1 border-b border-line">
        {SCREENS.map((screen) => (
          <NavLink
            key={screen.path}
            to={screen.path}
            className={({ isActive }) =>
              classes(
                "-mb-px flex min-h-11 items-center border-b-2 px-3 text-sm font-medium",
                isActive
                  ? "border-accent text-accent-text"
                  : "border-transparent text-muted hover:text-ink",
              )
            }
          >
            {screen.title}
          </NavLink>
        ))}
      </nav>
      {children}
    </Page>
  );
}
