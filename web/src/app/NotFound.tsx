import { SearchX } from "lucide-react";
import { Link } from "react-router";
import { buttonClasses } from "@/components/ui/Button";
import { Message } from "@/components/ui/States";

export default function NotFound() {
  return (
    <Message
      icon={SearchX}
      title="There is no such page"
      action={
        <Link to="/" className={buttonClasses("secondary")}>
          To the start
        </Link>
      }
    />
  );
}
