/** The search field of a list: `/` brings the cursor here, Escape clears. */
import { Kbd, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useDebounced } from "@/lib/use-debounced";

interface SearchBoxProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
}

export function SearchBox({ value, onChange, label }: SearchBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const settled = useDebounced(text, 200);
  useHotkeys([["/", () => input.current?.focus()]]);
  useEffect(() => {
    if (settled !== value) onChange(settled);
    // Only what was typed may start a search: `value` follows from it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => event.key === "Escape" && setText("")}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={text ? null : <Kbd size="xs">/</Kbd>}
      w={{ base: "100%", xs: 320 }}
    />
  );
}
