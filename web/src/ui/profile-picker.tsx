/** Chooses one profile by typing part of a name or address. */
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Many } from "@/lib/api";
import { contains } from "@/lib/filter";
import { fullName } from "@/lib/format";
import type { ProfileAttributes } from "@/lib/types";
import { useDebounced } from "@/lib/use-debounced";

interface ProfilePickerProps {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  label: string;
  placeholder: string;
}

const SHOWN = 8;

export function ProfilePicker({ value, onChange, label, placeholder }: ProfilePickerProps) {
  const [text, setText] = useState("");
  const settled = useDebounced(text.trim(), 200);
  const found = useQuery({
    queryKey: ["profiles", "picker", settled],
    queryFn: () =>
      api.get<Many<ProfileAttributes>>("/api/profiles", { filter: settled ? contains("search", settled) : undefined, "page[size]": SHOWN, sort: "-updated" }),
    staleTime: 30_000,
    placeholderData: (before) => before,
  });
  const people = (found.data?.data ?? []).map((row) => ({
    value: row.id,
    label: [row.attributes.email ?? row.id, fullName(row.attributes)].filter(Boolean).join(" · "),
  }));
  return (
    <Select
      aria-label={label}
      placeholder={placeholder}
      searchable
      clearable
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      searchValue={text}
      onSearchChange={setText}
      data={people}
      filter={({ options }) => options}
    />
  );
}
