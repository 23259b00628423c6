/** A text field that offers what there is, with a word and a figure beside each, and takes anything else as well. */
import { Autocomplete, type ComboboxData } from "@mantine/core";
import { useFormats } from "@/lib/session";

interface PickTextProps {
  label: string;
  placeholder?: string;
  width?: number;
  value: string;
  options: ComboboxData;
  /** What is said beside an option: its kind, how many have it. */
  note?: (value: string) => string | number | undefined;
  refused?: boolean;
  /** Whether the server has already picked the options. */
  filtered?: boolean;
  onChange: (value: string) => void;
}

const SHOWN = 100;

export function PickText({ label, placeholder, width = 200, value, options, note, refused, filtered, onChange }: PickTextProps) {
  const formats = useFormats();
  return (
    <Autocomplete
      w={width}
      maw="100%"
      aria-label={label}
      placeholder={placeholder ?? label}
      value={value}
      data={options}
      limit={SHOWN}
      error={refused}
      maxDropdownHeight={320}
      comboboxProps={{ width: "max-content", position: "bottom-start" }}
      filter={filtered ? ({ options: all }) => all : undefined}
      onChange={onChange}
      renderOption={({ option }) => <Option text={option.value} note={note?.(option.value)} number={formats.number} />}
    />
  );
}

export function Option({ text, note, number }: { text: string; note: string | number | undefined; number: (value: number) => string }) {
  return (
    <span style={{ display: "flex", gap: 24, justifyContent: "space-between", width: "100%", maxWidth: 420 }}>
      <span className="clip">{text}</span>
      {note !== undefined && (
        // Not dimmed: it must be read on the colour of a chosen row, too.
        <span style={{ whiteSpace: "nowrap" }}>
          {typeof note === "number" ? number(note) : note}
        </span>
      )}
    </span>
  );
}
