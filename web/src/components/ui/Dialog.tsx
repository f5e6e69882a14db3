import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { useState, type ReactNode } from "react";
import { Button } from "./Button";

interface Props {
  title: string;
  /** One or two sentences below the title. */
  description?: ReactNode;
  /** The button that opens it; it gets the focus back. */
  trigger?: ReactNode;
  /** Whether the person may close it without an answer. */
  canClose?: boolean;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  children: ReactNode;
}

/**
 * A window over the page that holds the focus; Escape closes it, where it may be closed.
 *
 * It has a backdrop of its own: Radix's writes a style element, which the content security policy
 * forbids. A press outside does not close it, so that nothing typed is lost by a slip.
 */
export function Dialog({
  title,
  description,
  trigger,
  canClose = true,
  isOpen,
  onOpenChange,
  children,
}: Props) {
  return (
    <Radix.Root open={isOpen} onOpenChange={onOpenChange}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <div aria-hidden className="fixed inset-0 z-50 bg-black/45" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          onInteractOutside={(event) => {
            event.preventDefault();
          }}
          onEscapeKeyDown={(event) => {
            if (!canClose) event.preventDefault();
          }}
          className="fixed inset-x-0 bottom-0 z-50 mx-auto max-h-[92dvh] w-full max-w-lg overflow-y-auto overscroll-contain rounded-t-card border border-line bg-surface p-5 shadow-float outline-none sm:top-1/2 sm:bottom-auto sm:-translate-y-1/2 sm:rounded-card sm:p-6"
        >
          <header className="mb-4 flex items-start justify-between gap-3">
            <div className="min-w-0">
              <Radix.Title className="text-lg font-semibold tracking-tight">{title}</Radix.Title>
              {description && (
                <Radix.Description className="mt-1 text-sm text-muted">
                  {description}
                </Radix.Description>
              )}
            </div>
            {canClose && (
              <Radix.Close asChild>
                <Button look="quiet" isSmall aria-label="Close" className="-mt-1 -mr-2">
                  <X aria-hidden className="size-4" />
                </Button>
              </Radix.Close>
            )}
          </header>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ButtonProps {
  /** What stands on the button that opens the window. */
  label: ReactNode;
  /** What screen readers say of the button where its label does not tell it apart. */
  accessibleLabel?: string;
  look?: "primary" | "secondary" | "quiet";
  isSmall?: boolean;
  title: string;
  description?: ReactNode;
  /** The window's content; `close` closes it. It is made anew each time. */
  children: (close: () => void) => ReactNode;
}

/** A button that opens a window. */
export function DialogButton({
  label,
  accessibleLabel,
  look = "secondary",
  isSmall = true,
  title,
  description,
  children,
}: ButtonProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Dialog
      title={title}
      description={description}
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <Button look={look} isSmall={isSmall} aria-label={accessibleLabel}>
          {label}
        </Button>
      }
    >
      {children(() => {
        setIsOpen(false);
      })}
    </Dialog>
  );
}
