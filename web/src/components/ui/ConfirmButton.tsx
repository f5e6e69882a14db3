import { useState, type ReactNode } from "react";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Notice } from "./Notice";
import { problemOf } from "@/lib/rpc/problem";

interface Props {
  /** What stands on the button. */
  label: ReactNode;
  /** What screen readers say of the button where its label does not tell it apart. */
  accessibleLabel?: string;
  look?: "danger" | "secondary" | "quiet";
  isSmall?: boolean;
  /** The question, such as `Delete the meter “Kitchen”?`. */
  question: string;
  /** What happens then. */
  consequence: ReactNode;
  /** What stands on the button that does it. */
  confirmLabel: string;
  /** Does it; a failure is shown and can be tried again. */
  onConfirm: () => Promise<unknown>;
}

/** A button that asks before it does something that cannot be undone. */
export function ConfirmButton({
  label,
  accessibleLabel,
  look = "danger",
  isSmall = true,
  question,
  consequence,
  confirmLabel,
  onConfirm,
}: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  const confirm = async () => {
    setIsBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      setIsOpen(false);
    } catch (failure) {
      setError(failure);
    } finally {
      setIsBusy(false);
    }
  };

  return (
    <Dialog
      title={question}
      description={consequence}
      isOpen={isOpen}
      onOpenChange={(next) => {
        setError(undefined);
        setIsOpen(next);
      }}
      trigger={
        <Button look={look} isSmall={isSmall} aria-label={accessibleLabel}>
          {label}
        </Button>
      }
    >
      <div className="grid gap-4">
        {error != null && <Notice tone="bad">{problemOf(error).message}</Notice>}
        <div className="flex flex-wrap justify-end gap-2">
          <Button
            look="secondary"
            onClick={() => {
              setIsOpen(false);
            }}
          >
            Cancel
          </Button>
          <Button look="danger" isBusy={isBusy} onClick={() => void confirm()}>
            {confirmLabel}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
