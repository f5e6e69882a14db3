import { FileUp } from "lucide-react";
import { useId, useState } from "react";
import { classes } from "@/lib/classes";

/** Takes a file, chosen or dropped: the input, unseen, lies over all of it. */
export function FilePicker({ onFile }: { onFile: (file: File) => void }) {
  const id = useId();
  const [isOver, setIsOver] = useState(false);
  return (
    <div
      className={classes(
        "relative grid justify-items-center gap-2 rounded-xl border-2 border-dashed px-4 py-10 text-center",
        "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
        isOver ? "border-accent bg-accent-soft" : "border-edge hover:bg-sunken",
      )}
    >
      <FileUp aria-hidden className="size-7 text-muted" />
      <label htmlFor={id} className="font-semibold">
        Choose a file, or drop it here
      </label>
      <p id={`${id}-hint`} className="text-sm text-muted">
        CSV with a header row, or Parquet: one column of times, one of power
      </p>
      <input
        id={id}
        type="file"
        accept=".csv,.tsv,.txt,.parquet,.pq"
        aria-describedby={`${id}-hint`}
        className="absolute inset-0 cursor-pointer opacity-0"
        onDragEnter={() => {
          setIsOver(true);
        }}
        onDragLeave={() => {
          setIsOver(false);
        }}
        onChange={(event) => {
          const file = event.target.files?.[0];
          setIsOver(false);
          event.target.value = ""; // the same file may be chosen again
          if (file) onFile(file);
        }}
      />
    </div>
  );
}
