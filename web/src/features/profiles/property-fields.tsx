import { ActionIcon, Group, Select, Textarea, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { retyped, TYPES, type Problem, type PropertyRow, type PropertyType } from "./property-values";

interface FieldsProps {
  row: PropertyRow;
  problem?: Problem | undefined;
  change: (row: PropertyRow) => void;
  remove: () => void;
}

/** One custom property: its name, its type, and the field that its type needs. */
export function PropertyFields({ row, problem, change, remove }: FieldsProps) {
  const { t } = useTranslation();
  const ofName = problem === "nameless" || problem === "twice";
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <TextInput
        aria-label={t("profiles.propertyName")}
        placeholder={t("profiles.propertyName")}
        flex={4}
        miw={0}
        error={ofName && t(`person.${problem}`)}
        value={row.name}
        onChange={(event) => change({ ...row, name: event.currentTarget.value })}
      />
      <Select
        aria-label={t("person.type")}
        w={118}
        style={{ flexShrink: 0 }}
        allowDeselect={false}
        value={row.type}
        onChange={(type) => type && change(retyped(row, type as PropertyType))}
        data={TYPES.map((type) => ({ value: type, label: t(`person.type_${type}`) }))}
      />
      <ValueField row={row} error={problem && !ofName && t(`person.${problem}`)} set={(text) => change({ ...row, text })} />
      <ActionIcon variant="subtle" color="gray" mt={4} aria-label={`${t("common.remove")} ${row.name}`.trim()} onClick={remove}>
        <IconTrash size={15} />
      </ActionIcon>
    </Group>
  );
}

interface ValueProps {
  row: PropertyRow;
  error: string | false | undefined;
  set: (text: string) => void;
}

function ValueField({ row, error, set }: ValueProps) {
  const { t } = useTranslation();
  const shared = { "aria-label": row.name ? t("person.valueOf", { name: row.name }) : t("profiles.propertyValue"), error, flex: 5, miw: 0 };
  if (row.type === "boolean") {
    const data = [
      { value: "true", label: t("person.yes") },
      { value: "false", label: t("person.no") },
    ];
    return <Select {...shared} allowDeselect={false} value={row.text} onChange={(text) => set(text ?? "false")} data={data} />;
  }
  if (row.type === "list" || row.type === "json") {
    const isList = row.type === "list";
    return (
      <Textarea {...shared} autosize minRows={2} maxRows={10} placeholder={isList ? t("person.listHint") : undefined} classNames={isList ? {} : { input: "mono" }} value={row.text} onChange={(event) => set(event.currentTarget.value)} />
    );
  }
  // A moment with its time and zone is text here: the browser's field would lose its zone.
  const isDay = row.type === "date" && row.text.length <= 10;
  return (
    <TextInput {...shared} type={isDay ? "date" : "text"} inputMode={row.type === "number" ? "decimal" : undefined} value={row.text} onChange={(event) => set(event.currentTarget.value)} />
  );
}
