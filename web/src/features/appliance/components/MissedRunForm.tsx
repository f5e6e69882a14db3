import type { Span } from "../api/period";
import { useAddRun } from "../hooks/useAddRun";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { fieldErrors, textOf } from "@/lib/rpc/fields";
import { newRequestId } from "@/lib/rpc/requestId";

interface Props {
  applianceId: string;
  onAdded: (run: Span) => void;
}

/** Tells of a run that no estimate shows. */
export function MissedRunForm({ applianceId, onAdded }: Props) {
  const add = useAddRun(applianceId, onAdded);
  const errors = fieldErrors(add.error);
  return (
    <Form
      fields={["start_time", "end_time"]}
      call={add}
      onSubmit={(form) => {
        add.mutate({
          start: textOf(form, "start_time"),
          end: textOf(form, "end_time"),
          requestId: newRequestId(),
        });
      }}
    >
      <TextField
        label="Started"
        name="start_time"
        type="datetime-local"
        required
        error={errors.start_time}
      />
      <TextField
        label="Ended"
        name="end_time"
        type="datetime-local"
        required
        error={errors.end_time}
      />
      <div>
        <Button type="submit" isBusy={add.isPending}>
          Add the run
        </Button>
      </div>
    </Form>
  );
}
