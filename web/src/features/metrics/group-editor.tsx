/** One group of a custom metric: which events count, under which conditions, and what each is worth. */
import { ActionIcon, Autocomplete, Button, Group, NumberInput, Select, Stack, TagsInput, Text } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMetrics } from "@/lib/collections";
import { useAskable, useEventProperties, type EventProperty } from "@/lib/event-properties";
import { eventPropertyLabel, eventPropertyPath } from "@/lib/property-names";
import { emptyCondition, operatorOf, OPERATORS, withOperator, type Condition, type MetricGroup } from "./conditions";

interface GroupEditorProps {
  group: MetricGroup;
  hasValue: boolean;
  onChange: (group: MetricGroup) => void;
  onRemove?: () => void;
}

export function GroupEditor({ group, hasValue, onChange, onRemove }: GroupEditorProps) {
  const { t } = useTranslation();
  const metrics = useMetrics();
  const properties = useEventProperties(group.metric_id).data ?? [];
  const among = useAskable(group.metric_id).data ?? [];
  const conditions = group.metric_filters ?? [];
  const setConditions = (next: Condition[]) => onChange({ ...group, metric_filters: next.length ? next : null });
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-end">
        <Select
          w={240}
          label={t("customMetrics.metric")}
          placeholder={t("customMetrics.chooseMetric")}
          searchable
          allowDeselect={false}
          value={group.metric_id || null}
          onChange={(metric_id) => metric_id && onChange({ metric_id, metric_filters: null, value_property: null })}
          data={(metrics.data ?? []).map((one) => ({ value: one.id, label: `${one.attributes.name} (${one.attributes.integration?.name ?? "API"})` }))}
        />
        {hasValue && (
          <Select
            w={200}
            label={t("customMetrics.value")}
            placeholder={t("customMetrics.eventValue")}
            searchable
            clearable
            value={group.value_property ?? null}
            onChange={(value_property) => onChange({ ...group, value_property })}
            data={[...new Set([...(group.value_property ? [group.value_property] : []), ...properties.map((one) => one.name)])]}
          />
        )}
        {onRemove && (
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("common.remove")} onClick={onRemove}>
            <IconX size={16} />
          </ActionIcon>
        )}
      </Group>
      {conditions.map((condition, at) => (
        <ConditionRow
          key={at}
          first={at === 0}
          condition={condition}
          properties={among}
          onChange={(next) => setConditions(conditions.map((old, index) => (index === at ? next : old)))}
          onRemove={() => setConditions(conditions.filter((_, index) => index !== at))}
        />
      ))}
      {group.metric_id && (
        <Button w="fit-content" size="compact-xs" variant="subtle" color="gray" leftSection={<IconPlus size={12} />} onClick={() => setConditions([...conditions, emptyCondition()])}>
          {t("customMetrics.addFilter")}
        </Button>
      )}
    </Stack>
  );
}

interface ConditionRowProps {
  first: boolean;
  condition: Condition;
  properties: EventProperty[];
  onChange: (condition: Condition) => void;
  onRemove: () => void;
}

function ConditionRow({ first, condition, properties, onChange, onRemove }: ConditionRowProps) {
  const { t } = useTranslation();
  const chosen = operatorOf(condition.filter);
  const samples = [...new Set(properties.find((one) => one.name === condition.property)?.samples ?? [])];
  return (
    <Group gap="xs" pl="md">
      <Text size="sm" c="dimmed" w={44}>
        {t(first ? "customMetrics.where" : "customMetrics.and")}
      </Text>
      <Autocomplete
        w={180}
        aria-label={t("customMetrics.property")}
        placeholder={t("customMetrics.property")}
        value={eventPropertyLabel(condition.property)}
        onChange={(text) => onChange({ ...condition, property: eventPropertyPath(text) })}
        data={["$value", ...properties.map((one) => eventPropertyLabel(one.name))]}
      />
      <Select
        w={210}
        aria-label={t("customMetrics.operator")}
        allowDeselect={false}
        value={chosen?.key ?? null}
        placeholder={condition.filter.operator}
        onChange={(key) => {
          const next = OPERATORS.find((one) => one.key === key);
          if (next) onChange({ ...condition, filter: withOperator(condition.filter, next) });
        }}
        data={OPERATORS.map((one) => ({ value: one.key, label: t(`customMetrics.op_${one.key}` as "customMetrics.op_string_equals") }))}
      />
      <OperandField condition={condition} samples={samples} onChange={onChange} />
      <ActionIcon variant="subtle" color="gray" aria-label={t("common.remove")} onClick={onRemove}>
        <IconX size={14} />
      </ActionIcon>
    </Group>
  );
}

function OperandField({ condition, samples, onChange }: { condition: Condition; samples: string[]; onChange: (condition: Condition) => void }) {
  const { t } = useTranslation();
  const operand = operatorOf(condition.filter)?.operand;
  const value = "value" in condition.filter ? condition.filter.value : undefined;
  const set = (next: unknown) => onChange({ ...condition, filter: { ...condition.filter, value: next } as Condition["filter"] });
  const label = t("customMetrics.operand");
  if (operand === "number") return <NumberInput w={130} aria-label={label} value={typeof value === "number" ? value : 0} onChange={(next) => set(Number(next) || 0)} />;
  if (operand === "texts") return <TagsInput miw={200} aria-label={label} value={Array.isArray(value) ? value : []} data={samples} onChange={set} />;
  if (operand === "text") return <Autocomplete w={180} aria-label={label} placeholder={label} value={String(value ?? "")} data={samples} onChange={set} />;
  return null;
}
