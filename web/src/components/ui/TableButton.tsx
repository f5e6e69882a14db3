import { Button } from "./Button";

interface Props {
  isTable: boolean;
  onChange: (isTable: boolean) => void;
}

/** Shows the values of a chart as a table instead, or the chart again. */
export function TableButton({ isTable, onChange }: Props) {
  return (
    <Button
      look="secondary"
      isSmall
      aria-pressed={isTable}
      onClick={() => {
        onChange(!isTable);
      }}
    >
      Table
    </Button>
  );
}
