import { ActionIcon, Button, Menu, Select, Text } from "@mantine/core";
import { IconCopy, IconDots, IconPlus, IconTrash } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Condition, Definition } from "@/lib/definition";
import { useFormats } from "@/lib/session";
import { editorOf, KINDS, kindOf } from "./builder/editors";
import { PartSearch } from "./builder/part-search";
import { Refusal } from "./builder/problems";
import { addCondition, addGroup, copyCondition, isBlank, newCondition, removeCondition, setCondition, type ConditionType, type Misplaced } from "./draft";
import { useNames } from "./names";
import classes from "./segments.module.css";
import { conditionText } from "./sentence";

interface BuilderProps {
  definition: Definition;
  onChange: (definition: Definition) => void;
  /** For how many profiles each condition alone holds, where that is known. */
  counts: (number | undefined)[][];
  problem: Misplaced | undefined;
}

export function Builder({ definition, onChange, counts, problem }: BuilderProps) {
  const { t } = useTranslation();
  const groups = definition.condition_groups;
  const last = groups.length - 1;
  // A first condition that says nothing yet gives way to what was found.
  const isUntouched = groups.length === 1 && groups[0]?.conditions.length === 1 && isBlank(groups[0].conditions[0]);
  return (
    <div>
      {groups.map((group, groupAt) => (
        <div key={groupAt}>
          {groupAt > 0 && <div className={classes.and}>{t("segments.and")}</div>}
          <div className={classes.group} role="group" aria-label={t("segments.group", { number: groupAt + 1 })}>
            {group.conditions.map((condition, at) => (
              <div key={at}>
                {at > 0 && <div className={classes.or}>{t("segments.or")}</div>}
                <Row
                  key={condition.type}
                  condition={condition}
                  count={counts[groupAt]?.[at]}
                  problem={problem?.group === groupAt && problem.condition === at ? problem : undefined}
                  onChange={(next) => onChange(setCondition(definition, groupAt, at, next))}
                  onCopy={() => onChange(copyCondition(definition, groupAt, at))}
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
      <div className={classes.add}>
        <Button variant="default" leftSection={<IconPlus size={14} />} onClick={() => onChange(addGroup(definition))}>
          {groups.length ? t("segments.addAnd") : t("segments.addFirst")}
        </Button>
        <PartSearch
          canJoin={groups.length > 0 && !isUntouched}
          onPick={(condition, joiner) => {
            if (isUntouched) onChange(setCondition(definition, 0, 0, condition));
            else onChange(joiner === "or" && groups.length ? addCondition(definition, last, condition) : addGroup(definition, condition));
          }}
        />
      </div>
    </div>
  );
}

interface RowProps {
  condition: Condition;
  count: number | undefined;
  problem: Misplaced | undefined;
  onChange: (condition: Condition) => void;
  onCopy: () => void;
  onRemove: () => void;
}

function Row({ condition, count, problem, onChange, onCopy, onRemove }: RowProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const names = useNames();
  const note = useId();
  const editor = editorOf(condition);
  const words = conditionText(condition, names, t);
  return (
    <div className={classes.condition} role="group" aria-label={words} aria-describedby={problem && note}>
      <div>
        <Refusal field={problem?.field}>
          <div className={classes.parts}>
            {editor ? (
              <>
                <Select
                  w={160}
                  aria-label={t("segments.kind")}
                  allowDeselect={false}
                  maxDropdownHeight={360}
                  value={kindOf(condition)}
                  onChange={(type) => type && type !== kindOf(condition) && onChange(newCondition(type as ConditionType))}
                  data={KINDS.map((type) => ({ value: type, label: t(`segments.${type}`) }))}
                />
                <editor.Line condition={condition} onChange={onChange} />
              </>
            ) : (
              <div className={classes.fixed}>
                {words}
                <Text size="xs" c="dimmed">
                  {t("builder.fixed")}
                </Text>
              </div>
            )}
          </div>
          {editor?.Below && <editor.Below condition={condition} onChange={onChange} />}
        </Refusal>
        {problem && (
          <Text id={note} role="alert" size="sm" c="light-dark(var(--mantine-color-red-8), var(--mantine-color-red-4))" mt={4}>
            {problem.text}
          </Text>
        )}
      </div>
      <div className={classes.side}>
        {count !== undefined && (
          <Text size="sm" c="dimmed" title={t("segments.conditionCount")}>
            <span className="screen-reader">{t("segments.conditionCount")}: </span>
            {formats.number(count)}
          </Text>
        )}
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t("common.moreActions")}>
              <IconDots size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconCopy size={14} />} onClick={onCopy}>
              {t("builder.copy")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <ActionIcon variant="subtle" color="gray" aria-label={t("segments.removeCondition")} onClick={onRemove}>
          <IconTrash size={15} />
        </ActionIcon>
      </div>
    </div>
  );
}
