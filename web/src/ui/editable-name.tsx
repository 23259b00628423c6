/** A title that becomes a field when clicked; Enter keeps, Escape gives up. */
import { TextInput, Title, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface EditableNameProps {
  value: string;
  onSave: (name: string) => void;
  readOnly?: boolean;
}

export function EditableName({ value, onSave, readOnly }: EditableNameProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string | null>(null);
  if (readOnly) return <Title order={1}>{value}</Title>;
  if (draft === null) {
    return (
      <UnstyledButton onClick={() => setDraft(value)} title={t("common.rename")}>
        <Title order={1}>{value}</Title>
      </UnstyledButton>
    );
  }
  const finish = () => {
    const name = draft.trim();
    if (name && name !== value) onSave(name);
    setDraft(null);
  };
  return (
    <TextInput
      aria-label={t("common.name")}
      autoFocus
      value={draft}
      maw={480}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === "Enter") finish();
        if (event.key === "Escape") setDraft(null);
      }}
    />
  );
}
