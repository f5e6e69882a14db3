import { Plus } from "lucide-react";
import type { Span } from "../api/period";
import { MissedRunForm } from "./MissedRunForm";
import { DialogButton } from "@/components/ui/Dialog";
import { useBuilding } from "@/lib/building/context";

interface Props {
  applianceId: string;
  onAdded: (run: Span) => void;
}

/** Opens the form that tells of a run that no estimate shows. */
export function AddRunButton({ applianceId, onAdded }: Props) {
  const { zone } = useBuilding();
  return (
    <DialogButton
      label={
        <>
          <Plus aria-hidden className="size-4" /> Missed run
        </>
      }
      title="Add a missed run"
      description={
        <>
          For a run that is not in the list. What your appliances are found by learns from this; no
          estimate and no sum changes by it. Times in {zone.replaceAll("_", " ")}.
        </>
      }
    >
      {(close) => (
        <MissedRunForm
          applianceId={applianceId}
          onAdded={(run) => {
            onAdded(run);
            close();
          }}
        />
      )}
    </DialogButton>
  );
}
