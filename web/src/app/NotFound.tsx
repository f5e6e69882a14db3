import { SearchX } from "lucide-react";
import { Link } from "react-router";
import { buttonClasses } from "@/components/ui/Button";
import { Page } from "@/components/ui/Page";
import { Message } from "@/components/ui/States";

export default function NotFound() {
  return (
    <Page title="Not found">
      <Message
        icon={SearchX}
        title="There is no such page"
        action={
          <Link to="/" className={buttonClasses("secondary")}>
            To the start
          </Link>
        }
      />
    </Page>
  );
}
