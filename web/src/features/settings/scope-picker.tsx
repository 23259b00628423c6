/** A row for each kind of thing, with what may be done with it. */
import { SegmentedControl, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { NOUNS, rightOn, spoken, withRight, type Right } from "./scopes";
import classes from "./settings.module.css";

interface ScopePickerProps {
  scopes: string[];
  onChange: (scopes: string[]) => void;
}

export function ScopePicker({ scopes, onChange }: ScopePickerProps) {
  const { t } = useTranslation();
  const rights: Right[] = ["none", "read", "write"];
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4} aria-live="polite">
        {t("scopes.count", { count: scopes.length })}
      </Text>
      <div className={classes.scopes} tabIndex={0} role="group">
        {NOUNS.map((noun) => (
          <div key={noun}>
            <Text size="sm">{spoken(noun)}</Text>
            <SegmentedControl
              size="xs"
              aria-label={t("scopes.choose", { noun: spoken(noun) })}
              value={rightOn(noun, scopes)}
              onChange={(right) => onChange(withRight(scopes, noun, right as Right))}
              data={rights.map((value) => ({ value, label: t(`scopes.${value}`) }))}
            />
          </div>
        ))}
      </div>
    </div>
  );
}
