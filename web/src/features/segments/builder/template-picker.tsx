/** Well-known segments to begin from, each with what it is good for. */
import { Text, UnstyledButton } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMetrics } from "@/lib/collections";
import type { Definition } from "@/lib/definition";
import { finder, missing, TEMPLATES, type Template } from "./templates";
import classes from "../segments.module.css";

interface TemplatePickerProps {
  onPick: (name: string, definition: Definition) => void;
}

export function TemplatePicker({ onPick }: TemplatePickerProps) {
  const { t } = useTranslation();
  const metrics = useMetrics();
  const find = useMemo(() => finder((metrics.data ?? []).map((metric) => ({ id: metric.id, name: metric.attributes.name }))), [metrics.data]);
  if (!metrics.data) return null;
  // What can be used comes first.
  const sorted = [...TEMPLATES].sort((a, b) => Number(missing(a, find).length > 0) - Number(missing(b, find).length > 0));
  return (
    <section aria-label={t("templates.title")} className={classes.templates}>
      {sorted.map((template) => (
        <Card key={template.id} template={template} lacks={missing(template, find)} onPick={() => onPick(t(`templates.${template.id}.name`), template.build(find))} />
      ))}
    </section>
  );
}

function Card({ template, lacks, onPick }: { template: Template; lacks: string[]; onPick: () => void }) {
  const { t } = useTranslation();
  return (
    <UnstyledButton className={classes.template} disabled={lacks.length > 0} onClick={onPick}>
      <Text component="span" display="block" size="sm" fw={500}>
        {t(`templates.${template.id}.name`)}
      </Text>
      <Text component="span" display="block" size="xs" c="dimmed">
        {t(`templates.${template.id}.about`)}
      </Text>
      {lacks.length > 0 && (
        <Text component="span" display="block" size="xs" className={classes.lacks}>
          {t("templates.lacks", { metrics: lacks.map((name) => `“${name}”`).join(", "), count: lacks.length })}
        </Text>
      )}
    </UnstyledButton>
  );
}
