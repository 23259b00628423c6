import { ActionIcon, Button, Select, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Problem } from "@/lib/api";
import type { Condition, Definition } from "@/lib/definition";
import { useFormats } from "@/lib/session";
import { ConsentEditor, GroupEditor } from "./group-condition";
import { addCondition, addGroup, newCondition, placeOf, removeCondition, setCondition, type ConditionType } from "./draft";
import { MetricEditor } from "./metric-condition";
import { PropertyEditor } from "./property-condition";
import classes from "./segments.module.css";

const TYPES: ConditionType[] = ["profile-metric", "profile-property", "profile-group-membership", "profile-marketing-consent"];

interface BuilderProps {
  definition: Definition;
  onChange: (definition: Definition) => void;
  counts: number[][] | undefined;
  problems: Problem[];
}

export function Builder({ definition, onChange, counts, problems }: BuilderProps) {
  const { t } = useTranslation();
  const problemAt = (group: number, at: number) => {
    const hit = problems.find((problem) => {
      const place = placeOf(problem.source?.pointer);
      return place?.group === group && place.condition === at;
    });
    return hit?.detail ?? hit?.title;
  };
  return (
    <div>
      {definition.condition_groups.map((group, groupAt) => (
        <div key={groupAt}>
          {groupAt > 0 && <div className={classes.and}>{t("segments.and")}</div>}
          <div className={classes.group} role="group" aria-label={t("segments.group", { number: groupAt + 1 })}>
            {group.conditions.map((condition, at) => (
              <div key={at}>
                {at > 0 && <div className={classes.or}>{t("segments.or")}</div>}
                <Row
                  condition={condition}
                  count={counts?.[groupAt]?.[at]}
                  problem={problemAt(groupAt, at)}
                  onChange={(next) => onChange(setCondition(definition, groupAt, at, next))}
                  onRemove={() => onChange(removeCondition(definition, groupAt, at))}
                />
              </div>
            ))}
            <Button
              mt={6}
              size="compact-sm"
              variant="subtle"
              color="gray"
              leftSection={<IconPlus size={14} />}
              onClick={() => onChange(addCondition(definition, groupAt, newCondition("profile-property")))}
            >
              {t("segments.addOr")}
            </Button>
          </div>
        </div>
      ))}
      <Button mt="md" variant="default" leftSection={<IconPlus size={14} />} onClick={() => onChange(addGroup(definition))}>
        {definition.condition_groups.length ? t("segments.addAnd") : t("segments.addFirst")}
      </Button>
    </div>
  );
}

interface RowProps {
  condition: Condition;
  count: number | undefined;
  problem: string | undefined;
  onChange: (condition: Condition) => void;
  onRemove: () => void;
}

function Row({ condition, count, problem, onChange, onRemove }: RowProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <div className={classes.condition}>
      <div>
        <div className={classes.parts}>
          <Select
            w={200}
            aria-label={t("segments.kind")}
            allowDeselect={false}
            value={condition.type}
            onChange={(type) => type && type !== condition.type && onChange(newCondition(type as ConditionType))}
            data={TYPES.map((type) => ({ value: type, label: t(`segments.${type}`) }))}
          />
          <Fields condition={condition} onChange={onChange} />
        </div>
        {condition.type === "profile-metric" && <MetricEditor.Filters condition={condition} onChange={onChange} />}
        {problem && (
          <Text role="alert" size="sm" c="light-dark(var(--mantine-color-red-8), var(--mantine-color-red-4))" mt={4}>
            {problem}
          </Text>
        )}
      </div>
      <div className={classes.side}>
        {count !== undefined && (
          <Text size="sm" c="dimmed" title={t("segments.conditionCount")}>
            {formats.number(count)}
          </Text>
        )}
        <ActionIcon variant="subtle" color="gray" aria-label={t("segments.removeCondition")} onClick={onRemove}>
          <IconTrash size={15} />
        </ActionIcon>
      </div>
    </div>
  );
}

function Fields({ condition, onChange }: { condition: Condition; onChange: (condition: Condition) => void }) {
  switch (condition.type) {
    case "profile-metric":
      return <MetricEditor condition={condition} onChange={onChange} />;
    case "profile-property":
      return <PropertyEditor condition={condition} onChange={onChange} />;
    case "profile-group-membership":
      return <GroupEditor condition={condition} onChange={onChange} />;
    case "profile-marketing-consent":
      return <ConsentEditor condition={condition} onChange={onChange} />;
    default:
      return <Text c="dimmed">{(condition as { type: string }).type}</Text>;
  }
}
