/** Type what you mean, choose the condition that says it. */
import { Combobox, SegmentedControl, TextInput, useCombobox } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGroups, useMetrics } from "@/lib/collections";
import type { Condition } from "@/lib/definition";
import { useFormats } from "@/lib/session";
import { useNames } from "../names";
import { conditionText } from "../sentence";
import classes from "../segments.module.css";
import { partsFor } from "./parts";
import { Option } from "./pick-text";
import { useProfileProperties } from "./profile-properties";
import { useValuesAnywhere } from "./values";

export type Joiner = "and" | "or";

export function PartSearch({ canJoin, onPick }: { canJoin: boolean; onPick: (condition: Condition, joiner: Joiner) => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const names = useNames();
  const combobox = useCombobox();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [joiner, setJoiner] = useState<Joiner>("and");
  const parts = useParts(text);
  // Enter takes the first of them unless the arrows chose another.
  useEffect(() => {
    if (combobox.dropdownOpened) combobox.selectFirstOption();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the store is another object at each render
  }, [parts]);
  useHotkeys([["/", () => field.current?.focus()]]);
  const pick = (key: string) => {
    const part = parts[Number(key)];
    if (!part) return;
    onPick(part.condition, joiner);
    setText("");
    combobox.closeDropdown();
  };
  return (
    <div className={classes.search}>
      {canJoin && (
        <SegmentedControl
          size="xs"
          aria-label={t("builder.joiner")}
          value={joiner}
          onChange={(value) => setJoiner(value as Joiner)}
          data={[
            { value: "and", label: t("sentence.and") },
            { value: "or", label: t("sentence.or") },
          ]}
        />
      )}
      <Combobox store={combobox} onOptionSubmit={pick}>
        <Combobox.Target>
          <TextInput
            ref={field}
            flex={1}
            leftSection={<IconSearch size={15} />}
            aria-label={t("builder.search")}
            placeholder={t("builder.searchHint")}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              combobox.openDropdown();
            }}
            onFocus={() => combobox.openDropdown()}
            onBlur={() => combobox.closeDropdown()}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={text.trim().length < 2}>
          <Combobox.Options aria-label={t("builder.found")} mah={360} style={{ overflowY: "auto" }}>
            {parts.map(({ condition, count }, at) => (
              <Combobox.Option key={at} value={String(at)}>
                <Option text={conditionText(condition, names, t)} note={count} number={formats.number} />
              </Combobox.Option>
            ))}
            {parts.length === 0 && <Combobox.Empty>{t("builder.nothingFound")}</Combobox.Empty>}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
    </div>
  );
}

function useParts(text: string) {
  const metrics = useMetrics().data;
  const { groups } = useGroups();
  const properties = useProfileProperties();
  const values = useValuesAnywhere(text);
  return useMemo(
    () => partsFor(text, { metrics: (metrics ?? []).map((metric) => ({ id: metric.id, name: metric.attributes.name })), groups, properties, values }),
    [text, metrics, groups, properties, values],
  );
}
